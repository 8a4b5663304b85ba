// Package row reads rows of CONFIG_DB for the renderers: every value is judged before it can become part of a line of some file, since
// those who write the database are not all trusted with the files of the host.
//
// It knows no service and no file.
package row
