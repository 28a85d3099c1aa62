#include "decode.h"

#include <stdlib.h>
#include <string.h>

/* stb_image grows a PNG's inflated data without a limit; a small file can hold gigabytes of zeros. 100 megapixels of
 * 16-bit RGBA are 0.8 GB, so that nothing honest needs an allocation above this. */
#define ALLOCATION_LIMIT ((size_t)1 << 30)

#define STBI_MALLOC(nbytes) ((nbytes) <= ALLOCATION_LIMIT ? malloc(nbytes) : NULL)
#define STBI_REALLOC(pointer, nbytes) ((nbytes) <= ALLOCATION_LIMIT ? realloc(pointer, nbytes) : NULL)
#define STBI_FREE(pointer) free(pointer)
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>

/* stb_image keeps its reason for the last failure and sets none where zlib finds no memory. */
static bool was_out_of_memory(void) {
    return !stbi__g_failure_reason || strcmp(stbi__g_failure_reason, "outofmem") == 0;
}

decode_status decode_image(decoded *out, const uint8_t *file, size_t nbytes, bool deep) {
    int width = 0, height = 0, nchannels = 0;
    *out = (decoded){0};
    stbi__g_failure_reason = NULL;
    if (deep) /* two calls, since the 8-bit one throws the low bytes away */
        out->samples = stbi_load_16_from_memory(file, (int)nbytes, &width, &height, &nchannels, 0);
    else
        out->samples = stbi_load_from_memory(file, (int)nbytes, &width, &height, &nchannels, 0);
    if (!out->samples)
        return was_out_of_memory() ? DECODE_NO_MEMORY : DECODE_DAMAGED;
    out->width = (uint32_t)width;
    out->height = (uint32_t)height;
    out->nchannels = (uint32_t)nchannels;
    return DECODE_OK;
}

void decode_free(void *samples) { free(samples); }
