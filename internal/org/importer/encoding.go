package importer

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"github.com/xinshu-im/xinshu"
)

var bom = []byte{0xEF, 0xBB, 0xBF}

// decode returns the file as UTF-8. known says whether a text begins with a header that we know, to tell GB18030 from Big5: most
// bytes are valid in both. [xinshu.Invalid] names an encoding that is not read.
func decode(raw []byte, known func(text []byte) bool) ([]byte, error) {
	switch {
	case bytes.HasPrefix(raw, bom):
		raw = raw[len(bom):]
		if !utf8.Valid(raw) {
			return nil, xinshu.Errorf(xinshu.Invalid, "The file says that it is UTF-8, but holds other bytes. Save it as UTF-8 or GB18030.")
		}
		return raw, nil
	case bytes.HasPrefix(raw, []byte{0xFF, 0xFE, 0, 0}), bytes.HasPrefix(raw, []byte{0, 0, 0xFE, 0xFF}):
		return nil, foreign("UTF-32")
	case bytes.HasPrefix(raw, []byte{0xFF, 0xFE}), bytes.HasPrefix(raw, []byte{0xFE, 0xFF}):
		return nil, foreign("UTF-16")
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		return nil, xinshu.Errorf(xinshu.Invalid, "This is a workbook or an archive. Save the table as CSV.")
	case bytes.IndexByte(raw, 0) >= 0:
		return nil, foreign("UTF-16")
	case utf8.Valid(raw):
		return raw, nil
	}
	gb, isGB := convert(simplifiedchinese.GB18030, raw)
	big, isBig := convert(traditionalchinese.Big5, raw)
	switch {
	case isBig && known(big) && (!isGB || !known(gb)):
		return nil, foreign("Big5")
	case isGB:
		return gb, nil
	case isBig:
		return nil, foreign("Big5")
	}
	return nil, xinshu.Errorf(xinshu.Invalid, "The encoding of the file was not recognised. Save it as UTF-8 or GB18030.")
}

func foreign(name string) error {
	return xinshu.Errorf(xinshu.Invalid, "The file is encoded in %s. Save it as UTF-8 or GB18030.", name)
}

func convert(e encoding.Encoding, raw []byte) ([]byte, bool) {
	out, err := e.NewDecoder().Bytes(raw)
	return out, err == nil && !bytes.ContainsRune(out, utf8.RuneError)
}
