package org

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"github.com/xinshu-im/xinshu"
	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/text"
)

// once carries out a creating request once per actor, place and clientID: repeated, it gives the same object;
// [xinshu.Conflict] when it comes with other content.
func (e *edit) once(where, clientID string, draft any, create func() (int64, error)) (int64, error) {
	if clientID == "" {
		return create()
	}
	if len(clientID) > xinshu.MaxClientID || text.ValidText(clientID, xinshu.MaxClientID) != nil {
		return 0, invalid("client_id", "A client_id has 1 to 64 characters.")
	}
	content, err := json.Marshal(draft)
	if err != nil {
		return 0, err
	}
	hash := sha256.Sum256(content)
	key := clientKey(clientID)
	var known []byte
	var id int64
	err = e.tx.Row(`SELECT request_hash, object_id FROM org_request WHERE actor_id = ?1 AND place = ?2 AND client_key = ?3`,
		e.actor.Person, where, key).Scan(&known, &id)
	switch {
	case err == nil && bytes.Equal(known, hash[:]):
		return id, nil
	case err == nil:
		return 0, xinshu.Errorf(xinshu.Conflict, "This client_id was used for another request.")
	case !errors.Is(err, db.ErrNoRows):
		return 0, err
	}
	if id, err = create(); err != nil {
		return 0, err
	}
	_, err = e.tx.Exec(`INSERT INTO org_request (actor_id, place, client_key, request_hash, object_id) VALUES (?1, ?2, ?3, ?4, ?5)`,
		e.actor.Person, where, key, hash[:], id)
	return id, err
}

// clientKey is the 16 bytes of a UUID, or of another string's hash.
func clientKey(id string) []byte {
	if len(id) == 36 && id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-' {
		if b, err := hex.DecodeString(strings.ReplaceAll(id, "-", "")); err == nil && len(b) == 16 {
			return b
		}
	}
	sum := sha256.Sum256([]byte(id))
	return sum[:16]
}
