// Package hostcfgd is the daemon that configures the services of the switch's own Debian from CONFIG_DB: host name, clock, log, resolver,
// SSH, SNMP, banners, passwords and logins. After any change the files of each service are rendered from the rows, judged by the service's
// own checker, and replaced where they differ; only then is the service told.
//
// A service is all or nothing: while one of its rows cannot be used, or its checker refuses, its files stay as they are and the reason is
// in STATE_DB. It never touches network devices, which are cfgmgrd's, and never writes CONFIG_DB.
package hostcfgd
