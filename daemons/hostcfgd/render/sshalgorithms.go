package render

// What SSH_SERVER may name; which of them this sshd still knows, it says itself when it judges the file.

func sshCiphers() []string {
	return []string{
		"3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc", "aes128-ctr", "aes192-ctr", "aes256-ctr",
		"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com",
	}
}

func sshKeyExchanges() []string {
	return []string{
		"curve25519-sha256", "curve25519-sha256@libssh.org", "diffie-hellman-group-exchange-sha1", "diffie-hellman-group-exchange-sha256",
		"diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group14-sha256", "diffie-hellman-group16-sha512",
		"diffie-hellman-group18-sha512", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
		"sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com",
	}
}

func sshMACs() []string {
	return []string{
		"hmac-md5", "hmac-md5-96", "hmac-md5-etm@openssh.com", "hmac-md5-96-etm@openssh.com", "hmac-sha1", "hmac-sha1-96",
		"hmac-sha1-etm@openssh.com", "hmac-sha1-96-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512",
		"hmac-sha2-512-etm@openssh.com", "umac-64@openssh.com", "umac-64-etm@openssh.com", "umac-128@openssh.com", "umac-128-etm@openssh.com",
	}
}
