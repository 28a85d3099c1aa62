/* A film's file while memory runs out: the first byte says at which allocation. The program is linked with --wrap. */
#include "image/decode.h"

#include <stdlib.h>

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);

enum { MOST_PIXELS = 1 << 17 };
static int left = -1; /* allocations until one fails; none does below zero */

static int fails(void) { return left >= 0 && left-- == 0; }

void *__wrap_malloc(size_t nbytes) { return fails() ? NULL : __real_malloc(nbytes); }
void *__wrap_calloc(size_t n, size_t nbytes) { return fails() ? NULL : __real_calloc(n, nbytes); }
void *__wrap_realloc(void *p, size_t nbytes) { return fails() ? NULL : __real_realloc(p, nbytes); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes) {
    if (nbytes < 1)
        return 0;
    image film;
    detail why = {.text = ""};
    left = data[0];
    pneumoscope_status status = image_decode(&film, data + 1, nbytes - 1, MOST_PIXELS, &why);
    left = -1;
    if (!status)
        image_free(&film);
    return 0;
}
