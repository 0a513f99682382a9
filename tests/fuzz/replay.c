/* Runs a fuzz target over every file of the folders that are its arguments. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static void replay_file(const char *path)
{
	static uint8_t bytes[1 << 20];
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		exit(1);
	}
	size_t size = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	uint8_t *exact = malloc(size ? size : 1); /* so that a read past the end is seen */
	memcpy(exact, bytes, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

static size_t replay_folder(const char *folder)
{
	size_t count = 0;
	DIR *d = opendir(folder);
	if (!d && errno == ENOENT)
		return 0;
	for (struct dirent *e; d && (e = readdir(d));) {
		char path[4096];
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		replay_file(path);
		count++;
	}
	if (d)
		closedir(d);
	return count;
}

int main(int argc, char **argv)
{
	size_t count = 0;
	for (int i = 1; i < argc; i++)
		count += replay_folder(argv[i]);
	printf("%zu inputs\n", count);
	return count > 0 ? 0 : 1; /* a target without a seed tests nothing */
}
