package text

import "errors"

// What the functions of this package refuse. The edge maps them to codes that people see.
var (
	// ErrQueryTooLong refuses a query of more than MaxQuery code points.
	ErrQueryTooLong = errors.New("text: the query is too long")
	// ErrTooManyTerms refuses a query of more than MaxTerms terms.
	ErrTooManyTerms = errors.New("text: the query has too many terms")
	// ErrNoTerms refuses a query that holds nothing to look for: empty, only punctuation, or only exclusions.
	ErrNoTerms = errors.New("text: the query holds nothing to look for")
	// ErrInvalidText refuses a text that is not UTF-8 or has control characters.
	ErrInvalidText = errors.New("text: not valid text")
	// ErrTextTooLong refuses a text of more code points than allowed.
	ErrTextTooLong = errors.New("text: the text is too long")
	// ErrEmptyName refuses a name without a visible character.
	ErrEmptyName = errors.New("text: the name is empty")
)
