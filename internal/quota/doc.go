// Package quota owns how much one person may ask of the server: one allowance for all her sessions and devices, whatever way the
// requests take.
//
// A [Limiter] is a token bucket for each person, safe for concurrent use. It keeps only the people who asked lately: whoever is
// quiet for as long as an empty bucket takes to fill is forgotten, which changes nothing for her. The state is this process's; a
// restart forgets it. It must not know what is asked for.
package quota
