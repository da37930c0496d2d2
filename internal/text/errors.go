package text

import "github.com/xinshu-im/xinshu"

// What the functions of this package refuse, ready to be returned from a door. Compare with errors.Is.
var (
	// ErrQueryTooLong (too_large) refuses a query of more than MaxQuery code points.
	ErrQueryTooLong error = xinshu.Errorf(xinshu.TooLarge, "The search text is too long: at most %d characters.", MaxQuery)
	// ErrTooManyTerms (invalid) refuses a query of more than MaxTerms terms.
	ErrTooManyTerms error = xinshu.Errorf(xinshu.Invalid, "The search has too many words: at most %d.", MaxTerms)
	// ErrNoTerms (invalid) refuses a query that holds nothing to look for: empty, only punctuation, or only exclusions.
	ErrNoTerms error = xinshu.Errorf(xinshu.Invalid, "The search needs at least one word or character to look for.")
	// ErrInvalidText (invalid) refuses a text that is not UTF-8 or has control characters.
	ErrInvalidText error = xinshu.Errorf(xinshu.Invalid, "The text has characters that are not allowed.")
	// ErrTextTooLong (too_large) refuses a text of more code points than allowed.
	ErrTextTooLong error = xinshu.Errorf(xinshu.TooLarge, "The text is too long.")
	// ErrEmptyName (invalid) refuses a name without a visible character.
	ErrEmptyName error = xinshu.Errorf(xinshu.Invalid, "The name is empty.")
)
