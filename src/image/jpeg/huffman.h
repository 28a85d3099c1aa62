/* The Huffman codes of a sequential JPEG: ITU-T T.81, F.2.2. They take most of the time of reading a film. */
#ifndef PNEUMOSCOPE_IMAGE_JPEG_HUFFMAN_H
#define PNEUMOSCOPE_IMAGE_JPEG_HUFFMAN_H

#include <stdbool.h>
#include <stdint.h>

/* The bits of a scan. They end at a marker or at the end of the file; zeros follow without end. */
typedef struct jpeg_bits {
    struct jpeg_front {
        uint64_t buffer; /* the next bit is the highest; zeros behind the last of `count` */
        int count;
        const uint8_t *next;
    } front;
    const uint8_t *end;
    int npadding;   /* how many of the bits are zeros that are not in the file */
    uint8_t marker; /* that ended the bits, or 0 */
    bool ended;
} jpeg_bits;

jpeg_bits jpeg_bits_begin(const uint8_t *next, const uint8_t *end);

/* Makes at least 32 bits ready. */
void jpeg_bits_refill(jpeg_bits *);

/* Bits of the file that are ready; less than 0 if zeros were taken for bits. */
static inline int jpeg_bits_left(const jpeg_bits *bits) { return bits->front.count - bits->npadding; }

enum { JPEG_LOOKUP_BITS = 10 };

/* A code: what it says, by the next bits. */
typedef struct jpeg_codes {
    uint32_t lookup[1 << JPEG_LOOKUP_BITS]; /* huffman.c says how an entry is packed; 0: the code is longer, or none */
    uint32_t limit[17];                     /* by length: the first 16 bits that are too great for it */
    int32_t offset[17];                     /* by length: what makes an index into `symbols` of a code */
    uint8_t symbols[256];
} jpeg_codes;

/* `lengths` are those of the codes in ascending order, 1 to 16, and end with a 0. `symbols` belong to them. */
void jpeg_codes_fill(jpeg_codes *, const uint8_t lengths[257], const uint8_t symbols[256]);

/* Decodes one block into coefficients, dequantised, in their natural order. `dc` is the channel's last DC value and
 * becomes this one's. False if the bits are no block. */
bool jpeg_decode_block(jpeg_bits *, const jpeg_codes *of_dc, const jpeg_codes *of_ac, const uint16_t quantisation[64],
                       int *dc, int16_t block[64]);

#endif
