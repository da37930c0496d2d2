package text_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite"

	"github.com/xinshu-im/xinshu/internal/db"
	"github.com/xinshu-im/xinshu/internal/db/dbtest"
	"github.com/xinshu-im/xinshu/internal/text"
)

// corpus has a text for every kind of token, among them ideographs and emoji younger than Unicode 6.1.
func corpus() []string {
	return []string{
		"请把報銷單交给财务，税号另附", "个人所得税", "报告与销售", "我用iPhone15手机拍的", "订单PO-2024-0031已发货",
		"写C++、C#和Go的同事", "升级到 v2.3，服务器10.0.0.12", "li.ming@corp.cn foo_bar", "Café Ångström naïve", "ありがとう 한국어 Привет",
		"𠮷野家 𬭎 𫓯 𬬭", "好👍🫡🥹 收到", "5月份周报 weekly Reports", "rock'n'roll \"quoted\" back\\slash", strings.Repeat("z", 300), "it''s NULL\u2028x",
		"ไทย ภาษา हिन्दी العربية", "½ ㎏ ① ﬁne",
	}
}

// questions are queries with at least one hit each in corpus, and some without.
func questions() []string {
	return []string{
		"报销", "報銷單", "税", "销", "报", "iphone15手", "PO-2024-00", "0031", "c++", "c#", "c", "v2.3", "10.0.0.12", "10.0.0.1", "ming@corp", "bar",
		"cafe", "angstrom", "がとう", "국어", "привет", "𠮷", "𠮷野", "𬭎", "𬬭", "👍", "👍🫡", "🥹", "5月", "weekly rep", `"weekly reports"`,
		"weekly -周报", "报告 -税", `"rock n"`, `back\sla`, strings.Repeat("z", 256), "null", "ภาษา", "हिन्दी", "العربية", "fine", "kg", "不在这里", "报单",
	}
}

// agree compares what an index finds with what Matches says, for every question.
func agree(t *testing.T, find func(p text.Parsed) (map[int]bool, error)) {
	t.Helper()
	for _, q := range questions() {
		p, err := text.Query(q)
		if err != nil {
			t.Fatalf("Query(%q): %v", q, err)
		}
		got, err := find(p)
		if err != nil {
			t.Errorf("%q: %v", q, err)
			continue
		}
		for i, s := range corpus() {
			if want := text.Matches(s, p); got[i] != want {
				t.Errorf("%q in %q: the index says %v, Matches %v", q, s, got[i], want)
			}
		}
	}
}

func TestFTS5KeepsEveryToken(t *testing.T) {
	t.Parallel()
	d, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	d.SetMaxOpenConns(1)
	exec := func(q string, args ...any) {
		t.Helper()
		if _, err := d.Exec(q, args...); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	exec(`CREATE VIRTUAL TABLE f USING fts5(stream, singles, content='', contentless_delete=1, tokenize='ascii')`)
	exec(`CREATE VIRTUAL TABLE v USING fts5vocab(f, instance)`)
	var doc text.Doc
	for i, s := range corpus() {
		doc.Reset()
		doc.Add(s)
		exec(`INSERT INTO f(rowid, stream, singles) VALUES (?,?,?)`, i, string(doc.Stream), string(doc.Singles))
		rows, err := d.Query(`SELECT term FROM v WHERE doc=? AND col='stream' ORDER BY offset`, i)
		if err != nil {
			t.Fatal(err)
		}
		var stored []string
		for rows.Next() {
			var term string
			if err := rows.Scan(&term); err != nil {
				t.Fatal(err)
			}
			stored = append(stored, term)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(stored, " "); got != string(doc.Stream) {
			t.Errorf("%q: FTS5 stores %q, want %q", s, got, doc.Stream)
		}
	}
	agree(t, func(p text.Parsed) (map[int]bool, error) {
		rows, err := d.Query(`SELECT rowid FROM f WHERE f MATCH ?`, fts5(p))
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		hits := map[int]bool{}
		for rows.Next() {
			var i int
			if err := rows.Scan(&i); err != nil {
				return nil, err
			}
			hits[i] = true
		}
		return hits, rows.Err()
	})
}

// fts5 writes a query as the package documentation says.
func fts5(p text.Parsed) string {
	var yes, no []string
	for _, term := range p.Terms {
		s := `stream : "` + strings.Join(term.Atoms, " ") + `"`
		switch {
		case term.Single:
			s = `singles : "` + term.Atoms[0] + `"`
		case term.Prefix:
			s += " *"
		}
		if term.Not {
			no = append(no, "("+s+")")
		} else {
			yes = append(yes, "("+s+")")
		}
	}
	all := strings.Join(yes, " AND ")
	if len(no) > 0 {
		all = "(" + all + ") NOT (" + strings.Join(no, " OR ") + ")"
	}
	return all
}

func TestPostgresKeepsEveryToken(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), dbtest.URL(t, db.Postgres))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `CREATE TABLE f (id INT, stream tsvector, singles tsvector)`); err != nil {
		t.Fatal(err)
	}
	var doc text.Doc
	for i, s := range corpus() {
		doc.Reset()
		doc.Add(s)
		_, err := conn.Exec(t.Context(), `INSERT INTO f VALUES ($1, $2::text::tsvector, $3::text::tsvector)`, i, tsvector(doc.Stream), tsvector(doc.Singles))
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		var stored string
		err = conn.QueryRow(t.Context(), `SELECT coalesce(string_agg(lexeme, ' ' ORDER BY position), '')
			FROM f, unnest(stream) AS u(lexeme, positions, weights), unnest(positions) AS position WHERE id = $1`, i).Scan(&stored)
		if err != nil || stored != string(doc.Stream) {
			t.Errorf("%q: PostgreSQL stores %q (%v), want %q", s, stored, err, doc.Stream)
		}
	}
	agree(t, func(p text.Parsed) (map[int]bool, error) {
		where, args := []string{"true"}, []any{}
		for _, term := range p.Terms {
			column, literal := "stream", "'"+strings.Join(term.Atoms, "' <-> '")+"'"
			switch {
			case term.Single:
				column = "singles"
			case term.Prefix:
				literal += ":*"
			}
			args = append(args, literal)
			condition := fmt.Sprintf("%s @@ $%d::text::tsquery", column, len(args))
			if term.Not {
				condition = "NOT " + condition
			}
			where = append(where, condition)
		}
		rows, err := conn.Query(t.Context(), `SELECT id FROM f WHERE `+strings.Join(where, " AND "), args...)
		if err != nil {
			return nil, err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int])
		hits := map[int]bool{}
		for _, i := range ids {
			hits[i] = true
		}
		return hits, err
	})
}

// tsvector writes a stream as the package documentation says.
func tsvector(stream []byte) string {
	var b strings.Builder
	for i, token := range strings.Fields(string(stream)) {
		fmt.Fprintf(&b, "'%s':%d ", token, i+1)
	}
	return b.String()
}
