package search

import "sync"

// cacheRows bounds the rows in memory: 4 MB, the groups of two million messages.
const cacheRows = 1 << 10

// rowCache keeps rows of the column of groups, which never change and whose numbers are never used again: a word of one message in a
// thousand needs a row for nearly every message it is in. Safe for concurrent use; the zero value is ready.
type rowCache struct {
	// mu guards rows.
	mu   sync.Mutex
	rows map[int64][]byte
}

func (c *rowCache) get(id int64) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rows[id]
}

func (c *rowCache) put(id int64, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rows == nil {
		c.rows = map[int64][]byte{}
	}
	for other := range c.rows { // any one: what is asked for often comes back at once
		if len(c.rows) < cacheRows {
			break
		}
		delete(c.rows, other)
	}
	c.rows[id] = data
}
