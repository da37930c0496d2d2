// Package quota owns how much one person may ask of the server: one allowance for all her sessions and devices, whatever way the
// requests take. What ends sessions has an allowance of each session, so that a stolen one cannot use it up for its owner.
//
// A [Limiter] is a token bucket for each who asks, safe for concurrent use. It keeps only those who asked lately: whoever is
// quiet for as long as an empty bucket takes to fill is forgotten, which changes nothing for her. The state is this process's; a
// restart forgets it. It must not know what is asked for.
package quota
