#include "decode.h"

#include "jpeg_idct.h"

#include <stdlib.h>
#include <string.h>

/* The largest allocation that the picture at hand can need: stb_image inflates a PNG for as long as there is something
 * to inflate, and a megabyte of file can hold a gigabyte. stb_image's allocator knows nothing of the picture, so that
 * the limit lies beside it, one a thread, as its reason for the last failure does. */
#ifdef STBI_NO_THREAD_LOCALS
static uint64_t largest_allocation;
#else
static _Thread_local uint64_t largest_allocation;
#endif

/* Zero once the limit has been met, for then the file is damaged. */
static bool may_allocate(size_t nbytes) {
    if (nbytes > largest_allocation)
        largest_allocation = 0;
    return nbytes <= largest_allocation;
}

/* Zeroed, so that what a damaged JPEG leaves out is black and not a piece of the film before. */
#define STBI_MALLOC(nbytes) (may_allocate(nbytes) ? calloc(1, nbytes) : NULL)
#define STBI_REALLOC(pointer, nbytes) (may_allocate(nbytes) ? realloc(pointer, nbytes) : NULL)
#define STBI_FREE(pointer) free(pointer)
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>

/* stb_image keeps its reason for the last failure and sets none where zlib finds no memory. */
static bool was_out_of_memory(void) {
    return largest_allocation > 0 && (!stbi__g_failure_reason || strcmp(stbi__g_failure_reason, "outofmem") == 0);
}

/* Inflated rows take up to 9 bytes a pixel (RGBA of 16 bits, one pixel wide) or 5, and their buffer doubles for an
 * interlaced PNG; so does the one for the compressed bytes. What JPEG pads to whole blocks is less than the constant.
 */
static uint64_t most_bytes(uint64_t npixels, size_t file_nbytes, bool deep) {
    return (deep ? 18 : 10) * npixels + 2 * (uint64_t)file_nbytes + ((uint64_t)8 << 20);
}

/* stb_image's own reading of a JPEG, with our inverse DCT in place of its. */
static void *load_jpeg(stbi__context *file, int *width, int *height, int *nchannels) {
    stbi__jpeg *jpeg = stbi__malloc(sizeof *jpeg); /* zeroed: STBI_MALLOC above */
    if (!jpeg)
        return NULL;
    jpeg->s = file;
    stbi__setup_jpeg(jpeg);
    jpeg->idct_block_kernel = jpeg_idct;
    void *samples = load_jpeg_image(jpeg, width, height, nchannels, 0);
    free(jpeg);
    return samples;
}

decode_status decode_image(decoded *out, const uint8_t *file, size_t nbytes, uint64_t npixels, bool deep) {
    int width = 0, height = 0, nchannels = 0;
    stbi__context context;
    *out = (decoded){0};
    stbi__g_failure_reason = NULL;
    largest_allocation = most_bytes(npixels, nbytes, deep);
    stbi__start_mem(&context, file, (int)nbytes);
    if (nbytes > 2 && file[0] == 0xff && file[1] == 0xd8)
        out->samples = load_jpeg(&context, &width, &height, &nchannels);
    else if (deep) /* two calls, since the 8-bit one throws the low bytes away */
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
