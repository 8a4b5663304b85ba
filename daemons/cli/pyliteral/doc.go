// Package pyliteral reads values that SONiC's daemons store as Python writes them: {'10G': 'SR'}, [1, None].
//
// It never evaluates anything: numbers, text, None, True, False, lists, tuples and dictionaries of them are all that it knows.
package pyliteral
