/*
 * libnss_heddle.so.2 tells sshd of users whom a TACACS+ or RADIUS server may let in and who have no account yet: sshd lets nobody in whom the
 * name service does not know, and asks it before it asks for the password. The account itself is made by tacacs-login, once a server accepted
 * the password; until then the answer here has no password, and opens nothing.
 *
 * It answers only sshd run by root, only for well formed names that /etc/passwd has not, and with numbers that /etc/passwd has not: nobody's
 * account can be taken. Number, group, home and shell are those of package remoteuser, which a test compares.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <nss.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FIRST_UID 0x70000000u
#define COUNT_UID 0x10000000u
#define USERS_GID 100
#define LONGEST_NAME 32
#define LONGEST_LINE 4096

static int well_formed(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char further[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789.-";
	size_t length = strlen(name);

	return length > 0 && length <= LONGEST_NAME && strchr(letters, name[0]) && strspn(name, further) == length;
}

/* The kernel knows which program this is, whatever it calls itself. */
static int is_sshd(void)
{
	static const char *const programs[] = {"/usr/sbin/sshd", "/usr/lib/openssh/sshd-session"};
	char path[64];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (geteuid() != 0 || length < 0)
		return 0;
	path[length] = '\0';
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (!strcmp(path, programs[i]))
			return 1;
	return 0;
}

/* FNV-1a, of 32 bits. */
static uid_t uid_of(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return FIRST_UID + hash % COUNT_UID;
}

/* Whether the switch has an account of this name or number, or cannot tell. */
static int taken(const char *name, uid_t uid)
{
	char line[LONGEST_LINE];
	struct passwd entry, *found;
	FILE *f = fopen("/etc/passwd", "re");
	int result = 0;

	if (!f)
		return 1;
	for (;;) {
		int err = fgetpwent_r(f, &entry, line, sizeof(line), &found);

		if (err) {
			result = err != ENOENT;
			break;
		}
		if (!strcmp(entry.pw_name, name) || entry.pw_uid == uid) {
			result = 1;
			break;
		}
	}
	fclose(f);
	return result;
}

/* Puts a text into the caller's memory, or gives NULL when it is full. */
static char *put(char **at, size_t *room, const char *prefix, const char *text)
{
	char *start = *at;
	int need = snprintf(start, *room, "%s%s", prefix, text);

	if (need < 0 || (size_t)need >= *room)
		return NULL;
	*at += need + 1;
	*room -= (size_t)need + 1;
	return start;
}

enum nss_status _nss_heddle_getpwnam_r(const char *name, struct passwd *result, char *buffer, size_t room, int *errnop)
{
	if (!well_formed(name) || !is_sshd() || taken(name, uid_of(name))) {
		*errnop = ENOENT;
		return NSS_STATUS_NOTFOUND;
	}
	result->pw_uid = uid_of(name);
	result->pw_gid = USERS_GID;
	result->pw_name = put(&buffer, &room, "", name);
	result->pw_passwd = result->pw_name ? put(&buffer, &room, "", "*") : NULL;
	result->pw_gecos = result->pw_passwd ? put(&buffer, &room, "", "remote_user") : NULL;
	result->pw_dir = result->pw_gecos ? put(&buffer, &room, "/home/", name) : NULL;
	result->pw_shell = result->pw_dir ? put(&buffer, &room, "", "/bin/bash") : NULL;
	if (!result->pw_shell) {
		*errnop = ERANGE;
		return NSS_STATUS_TRYAGAIN;
	}
	return NSS_STATUS_SUCCESS;
}
