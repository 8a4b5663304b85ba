// Package aclfile reads the files of `config acl update`: rules of access lists
// in OpenConfig's words, which it turns into rows of ACL_RULE.
package aclfile
