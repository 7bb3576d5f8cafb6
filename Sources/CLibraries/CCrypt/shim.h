#pragma once
#include <crypt.h>
#include <stdlib.h>
#include <string.h>

// Swift does not import arrays as long as those in struct crypt_data, and the working memory must be wiped.
// Writes the hash into `output` (CRYPT_OUTPUT_SIZE bytes) and returns 1, or returns 0.
static inline int ccrypt_hash(const char *phrase, const char *setting, char *output) {
    struct crypt_data *data = (struct crypt_data *)calloc(1, sizeof *data);
    if (!data) return 0;
    const char *hash = crypt_rn(phrase, setting, data, (int)sizeof *data);
    int made = hash && strlen(hash) < CRYPT_OUTPUT_SIZE;
    if (made) strcpy(output, hash);
    explicit_bzero(data, sizeof *data);
    free(data);
    return made;
}
