/* Compressed bytes -> samples, those of a JPEG grey. The only file besides decode.c that knows of stb_image, which does
 * the work. */
#ifndef PNEUMOSCOPE_DECODE_H
#define PNEUMOSCOPE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum decode_status { DECODE_OK, DECODE_DAMAGED, DECODE_NO_MEMORY } decode_status;

typedef struct decoded {
    uint32_t width, height, nchannels;
    bool coloured; /* a JPEG's pixels were coloured; its samples are grey all the same */
    void *samples; /* u8, or u16 where deep: [height][width][nchannels]; decode_free gives them back */
} decoded;

/* Decodes a JPEG, PNG or BMP of at most INT_MAX bytes. `deep` keeps 16 bits a sample. A file that needs much more
 * memory than the `npixels` of its header is DECODE_DAMAGED. */
decode_status decode_image(decoded *out, const uint8_t *file, size_t nbytes, uint64_t npixels, bool deep);

/* NULL is allowed. */
void decode_free(void *samples);

#endif
