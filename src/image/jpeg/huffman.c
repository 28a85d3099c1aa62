#include "image/jpeg/huffman.h"

#include "bytes.h"

#include <string.h>

/* A symbol has a run in its high half: how many coefficients are 0; and in its low half how many bits follow, in which
 * the next coefficient is. An entry of the table is a symbol, and where the table's bits hold the coefficient too,
 * that:
 *
 *     31            16 15        9 8        5 4      0
 *     [ coefficient  ] [   run   ] [  bits  ] [ taken ]
 *
 * `taken` counts the bits of the code, and of the coefficient if that is here. `bits` counts those that are still to
 * be read for it. A coefficient that is not 0 always follows a run of 0 to 15. Two symbols have none: one skips 16
 * zeros, all others end the block, which is a run past its end. */
enum { RUN_OF_ZEROS = 0xf0, BLOCK = 64, TAKEN = 31, BITS_AT = 5, BITS = 15, RUN_AT = 9, RUN = 127, VALUE_AT = 16 };

/* The places of a block from low frequencies to high ones. A run may pass the end in a damaged file. */
static const uint8_t zigzag[BLOCK + 16] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,
    6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31,
    39, 46, 53, 60, 61, 54, 47, 55, 62, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63};

/* ---- bits ---- */

typedef struct jpeg_front front;

jpeg_bits jpeg_bits_begin(const uint8_t *next, const uint8_t *end) {
    return (jpeg_bits){.front.next = next, .end = end};
}

/* A byte of the scan: a zero follows each 255 that is no marker's. 0 after the end. */
static uint8_t next_byte(jpeg_bits *bits) {
    const uint8_t **next = &bits->front.next;
    bits->ended |= *next == bits->end;
    if (bits->ended)
        return 0;
    if (*(*next)++ != 0xff)
        return (*next)[-1];
    uint8_t second = 0xff;
    while (second == 0xff && *next < bits->end)
        second = *(*next)++;
    if (second == 0)
        return 0xff;
    bits->marker = second == 0xff ? 0 : second;
    bits->ended = true;
    return 0;
}

__attribute__((cold)) void jpeg_bits_refill(jpeg_bits *bits) {
    front *f = &bits->front;
    while (f->count <= 56) {
        f->buffer |= (uint64_t)next_byte(bits) << (56 - f->count);
        f->count += 8;
        bits->npadding += bits->ended ? 8 : 0;
    }
}

/* The same for the front alone, which the caller holds in registers. Four bytes at once if none of them is 255. */
static inline front refilled(front f, jpeg_bits *bits) {
    if (f.count >= 32)
        return f;
    if (bits->end - f.next >= 4 && !bits->ended) {
        const uint32_t word = be32(f.next);
        if (!((~word - 0x01010101u) & word & 0x80808080u))
            return (front){f.buffer | (uint64_t)word << (32 - f.count), f.count + 32, f.next + 4};
    }
    bits->front = f;
    jpeg_bits_refill(bits);
    return bits->front;
}

/* The next n bits, 1 to 16. */
static inline uint32_t peek(front f, int n) { return (uint32_t)(f.buffer >> (64 - n)); }

static inline front without(front f, int n) { return (front){f.buffer << n, f.count - n, f.next}; }

/* Bits as a number that is not 0: those with a 0 in front are negative. T.81, F.2.2.1. */
static inline int extended(uint32_t bits, int n) { return (int)bits - (bits >> (n - 1) ? 0 : (1 << n) - 1); }

/* ---- codes ---- */

static uint32_t entry_of(uint32_t symbol, uint32_t code_length) {
    const uint32_t bits = symbol & 15, run = bits ? symbol >> 4 : symbol == RUN_OF_ZEROS ? 16 : BLOCK;
    return code_length | bits << BITS_AT | run << RUN_AT;
}

/* The entry for the table's bits, which begin with a code. */
static uint32_t entry_at(uint32_t index, uint32_t symbol, uint32_t code_length) {
    const uint32_t nbits = symbol & 15, rest = JPEG_LOOKUP_BITS - code_length;
    uint32_t entry = entry_of(symbol, code_length);
    if (nbits == 0 || nbits > rest)
        return entry;
    const int value = extended(index >> (rest - nbits) & ((1u << nbits) - 1), (int)nbits);
    return (entry & ~((uint32_t)BITS << BITS_AT)) + nbits + ((uint32_t)(uint16_t)value << VALUE_AT);
}

__attribute__((cold)) void jpeg_codes_fill(jpeg_codes *codes, const uint8_t lengths[257], const uint8_t symbols[256]) {
    uint32_t code = 0, n = 0;
    memset(codes->lookup, 0, sizeof codes->lookup);
    memcpy(codes->symbols, symbols, sizeof codes->symbols);
    for (uint32_t length = 1; length <= 16; length++, code <<= 1) {
        codes->offset[length] = (int32_t)n - (int32_t)code;
        for (; n < 256 && lengths[n] == length; n++, code++) {
            const uint32_t spread = length <= JPEG_LOOKUP_BITS ? 1u << (JPEG_LOOKUP_BITS - length) : 0;
            for (uint32_t i = 0, at = code * spread; i < spread && at + i < 1u << JPEG_LOOKUP_BITS; i++)
                codes->lookup[at + i] = entry_at(at + i, symbols[n], length);
        }
        codes->limit[length] = code << (16 - length);
    }
}

/* The entry of a code that is not in the table. 0 if there is no such code. */
static __attribute__((cold)) uint32_t long_code(uint32_t bits, const jpeg_codes *codes) {
    for (uint32_t length = 1; length <= 16; length++) {
        if (bits >= codes->limit[length])
            continue;
        const int32_t index = (int32_t)(bits >> (16 - length)) + codes->offset[length];
        return index < 0 || index > 255 ? 0 : entry_of(codes->symbols[index], length);
    }
    return 0;
}

/* Takes the next symbol and its coefficient. False if there is none. */
static inline __attribute__((always_inline)) bool take_symbol(front *f, jpeg_bits *bits, const jpeg_codes *codes,
                                                              uint32_t *run, int *value) {
    front g = refilled(*f, bits);
    uint32_t entry = codes->lookup[peek(g, JPEG_LOOKUP_BITS)];
    if (!entry && !(entry = long_code(peek(g, 16), codes)))
        return false;
    g = without(g, (int)(entry & TAKEN));
    const int nbits = (int)(entry >> BITS_AT & BITS);
    *run = entry >> RUN_AT & RUN;
    *value = (int16_t)(entry >> VALUE_AT);
    if (nbits > 0) {
        *value = extended(peek(g, nbits), nbits);
        g = without(g, nbits);
    }
    *f = g;
    return true;
}

/* The difference to the last DC value. False if the two make no 16-bit number. */
static inline bool add_difference(int *dc, int difference, uint16_t step, int16_t *coefficient) {
    *dc += difference;
    const int64_t value = (int64_t)*dc * step;
    *coefficient = (int16_t)value;
    return *dc == (int16_t)*dc && value == *coefficient;
}

bool jpeg_decode_block(jpeg_bits *bits, const jpeg_codes *of_dc, const jpeg_codes *of_ac,
                       const uint16_t quantisation[64], int *dc, int16_t block[64]) {
    front f = bits->front;
    uint32_t run = 0;
    int value = 0;
    memset(block, 0, BLOCK * sizeof *block);
    if (!take_symbol(&f, bits, of_dc, &run, &value) || (value != 0 && run > 0) ||
        !add_difference(dc, value, quantisation[0], block))
        return false;
    for (uint32_t k = 1; k < BLOCK; k++) {
        if (!take_symbol(&f, bits, of_ac, &run, &value))
            return false;
        k += run;
        if (value == 0) /* the symbol was a run alone: the next place is the first behind it */
            k--;
        else
            block[zigzag[k]] = (int16_t)(value * quantisation[zigzag[k]]);
    }
    bits->front = f;
    return true;
}
