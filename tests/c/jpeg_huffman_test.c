#include "image/jpeg/huffman.h"

#include "tests.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { NBLOCKS = 300, END_OF_BLOCK = 0x00, RUN_OF_ZEROS = 0xf0, MOST_BYTES = 1 << 17 };

/* The natural places of the coefficients, by walking the diagonals as T.81's figure A.6 draws them. */
static uint8_t zigzag[64];

static void walk_diagonals(void) {
    size_t k = 0;
    for (int sum = 0; sum < 15; sum++)
        for (int i = 0; i <= sum; i++) {
            const int row = sum % 2 ? i : sum - i, column = sum - row;
            if (row < 8 && column < 8)
                zigzag[k++] = (uint8_t)(8 * row + column);
        }
}

static uint32_t state = 1;

static uint32_t draw(uint32_t below) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

/* ---- tables ---- */

typedef struct table {
    const char *name;
    uint8_t lengths[257], symbols[256];
    uint16_t codes[256];
    size_t n;
} table;

/* Every run with every size up to 10, and the two symbols without a coefficient. */
static size_t all_symbols(uint8_t *symbols) {
    size_t n = 0;
    symbols[n++] = END_OF_BLOCK;
    symbols[n++] = RUN_OF_ZEROS;
    for (unsigned run = 0; run < 16; run++)
        for (unsigned size = 1; size <= 10; size++)
            symbols[n++] = (uint8_t)(run << 4 | size);
    return n;
}

static void number(table *t) {
    uint32_t code = 0;
    for (size_t i = 0; i < t->n; code++, i++) {
        code <<= i > 0 ? t->lengths[i] - t->lengths[i - 1] : 0;
        t->codes[i] = (uint16_t)code;
    }
}

/* Codes of one length for all symbols. */
static table flat(const char *name, uint8_t length) {
    table t = {.name = name};
    t.n = all_symbols(t.symbols);
    memset(t.lengths, length, t.n);
    number(&t);
    return t;
}

/* Codes of 1 to 16 bits. */
static table unary(void) {
    static const uint8_t symbols[16] = {0x01, 0x02, 0x00, 0x11, 0x03, 0xf0, 0x05, 0x21,
                                        0xf1, 0x0a, 0x31, 0x04, 0xa3, 0x0f, 0x19, 0xfa};
    table t = {.name = "1 to 16 bits", .n = 16};
    memcpy(t.symbols, symbols, sizeof symbols);
    for (uint8_t i = 0; i < 16; i++)
        t.lengths[i] = (uint8_t)(i + 1);
    number(&t);
    return t;
}

/* Differences of DC: the sizes 0 to 11. */
static table differences(uint8_t length) {
    table t = {.name = "DC", .n = 12};
    for (uint8_t i = 0; i < 12; i++)
        t.symbols[i] = i;
    memset(t.lengths, length, t.n);
    number(&t);
    return t;
}

static jpeg_codes codes_of(const table *t) {
    jpeg_codes codes;
    jpeg_codes_fill(&codes, t->lengths, t->symbols);
    return codes;
}

/* ---- writing ---- */

typedef struct writer {
    uint8_t *bytes;
    size_t n;
    uint32_t waiting;
    int nwaiting;
} writer;

static void put(writer *w, uint32_t bits, int n) {
    for (int i = n - 1; i >= 0; i--) {
        w->waiting = w->waiting << 1 | (bits >> i & 1);
        if (++w->nwaiting < 8)
            continue;
        w->bytes[w->n++] = (uint8_t)w->waiting;
        if ((uint8_t)w->waiting == 0xff)
            w->bytes[w->n++] = 0;
        w->nwaiting = 0;
    }
}

/* Writes a symbol and random bits for its size. Returns the coefficient that they mean; 0 without any. */
static int put_symbol(writer *w, const table *t, size_t i) {
    const int size = t->symbols[i] & 15;
    put(w, t->codes[i], t->lengths[i]);
    if (size == 0)
        return 0;
    const uint32_t bits = draw(1u << size);
    put(w, bits, size);
    return bits >> (size - 1) ? (int)bits : (int)bits - (1 << size) + 1;
}

/* Writes a random block, and notes what it holds. */
static void put_block(writer *w, const table *dc, const table *ac, int *last_dc, int16_t block[64]) {
    memset(block, 0, 64 * sizeof *block);
    *last_dc = 0;
    block[0] = (int16_t)put_symbol(w, dc, draw((uint32_t)dc->n));
    for (size_t k = 1; k < 64;) {
        const size_t i = draw((uint32_t)ac->n);
        const size_t run = ac->symbols[i] >> 4, step = ac->symbols[i] == RUN_OF_ZEROS ? 16 : run + 1;
        if (ac->symbols[i] != END_OF_BLOCK && k + step > 64)
            continue;
        const int value = put_symbol(w, ac, i);
        if (ac->symbols[i] == END_OF_BLOCK)
            return;
        if (value != 0)
            block[zigzag[k + run]] = (int16_t)value;
        k += step;
    }
}

static void end(writer *w) {
    while (w->nwaiting > 0)
        put(w, 1, 1);
    w->bytes[w->n++] = 0xff;
    w->bytes[w->n++] = 0xd9;
}

/* ---- tests ---- */

static uint16_t ones[64];

static void read_back(const table *dc, const table *ac) {
    static int16_t blocks[NBLOCKS][64];
    const jpeg_codes of_dc = codes_of(dc), of_ac = codes_of(ac);
    writer w = {.bytes = malloc(MOST_BYTES)};
    int last = 0;
    for (size_t i = 0; i < NBLOCKS; i++)
        put_block(&w, dc, ac, &last, blocks[i]);
    end(&w);
    assert_true(w.n < MOST_BYTES);
    uint8_t *exact = malloc(w.n); /* so that a sanitizer sees reads past the end */
    memcpy(exact, w.bytes, w.n);
    free(w.bytes);

    jpeg_bits bits = jpeg_bits_begin(exact, exact + w.n);
    for (size_t i = 0; i < NBLOCKS; i++) {
        int16_t block[64];
        last = 0;
        assert_true(jpeg_decode_block(&bits, &of_dc, &of_ac, ones, &last, block));
        if (memcmp(block, blocks[i], sizeof block) != 0)
            fail_msg("%s: block %zu differs", ac->name, i);
        assert_int_equal(last, blocks[i][0]);
        assert_true(jpeg_bits_left(&bits) >= 0);
    }
    jpeg_bits_refill(&bits);
    assert_true(bits.ended);
    assert_int_equal(bits.marker, 0xd9);
    assert_in_range(jpeg_bits_left(&bits), 0, 7);

    for (size_t cut = 0; cut < 600 && cut < w.n;
         cut++) { /* wherever the file ends, zeros follow and nothing is read behind it */
        uint8_t *part = malloc(cut + 1);
        memcpy(part, exact, cut);
        bits = jpeg_bits_begin(part, part + cut);
        int16_t block[64];
        for (last = 0; jpeg_decode_block(&bits, &of_dc, &of_ac, ones, &last, block) && jpeg_bits_left(&bits) > -500;)
            last = 0;
        assert_true(bits.ended);
        free(part);
    }
    free(exact);
}

static void test_blocks_come_back(void **context) {
    (void)context;
    const table tables[] = {flat("8 bits", 8), flat("12 bits, more than the lookup", 12), unary()};
    const table dc[] = {differences(4), differences(13)};
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 2; k++)
            read_back(&dc[k], &tables[i]);
}

static void test_coefficients_are_dequantised(void **context) {
    (void)context;
    const table dc = differences(4), ac = unary();
    const jpeg_codes of_dc = codes_of(&dc), of_ac = codes_of(&ac);
    uint16_t quantisation[64];
    int16_t plain[64], scaled[64];
    uint8_t bytes[2000] = {0};
    writer w = {.bytes = bytes};
    int last = 0;
    for (uint16_t i = 0; i < 64; i++)
        quantisation[i] = (uint16_t)(i + 2);
    put_block(&w, &dc, &ac, &last, plain);
    end(&w);
    jpeg_bits bits = jpeg_bits_begin(bytes, bytes + w.n);
    last = 0;
    assert_true(jpeg_decode_block(&bits, &of_dc, &of_ac, quantisation, &last, scaled));
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(scaled[i], plain[i] * quantisation[i]);
}

/* True if the block of these bits is decoded after a DC value of `last`. */
static bool decodes(const table *ac, uint32_t dc_bits, int n, int last, uint16_t step) {
    const table dc = differences(4);
    const jpeg_codes of_dc = codes_of(&dc), of_ac = codes_of(ac);
    uint16_t quantisation[64] = {step};
    int16_t block[64];
    uint8_t bytes[32] = {0};
    writer w = {.bytes = bytes};
    put(&w, dc_bits, n);
    end(&w);
    jpeg_bits bits = jpeg_bits_begin(bytes, bytes + w.n);
    return jpeg_decode_block(&bits, &of_dc, &of_ac, quantisation, &last, block);
}

static void test_what_is_no_block(void **context) {
    (void)context;
    const table ac = flat("8 bits", 8);              /* 162 of the 256 codes mean something */
    assert_true(decodes(&ac, 0x000, 12, 0, 1));      /* DC 0, end of block */
    assert_false(decodes(&ac, 0x0ff, 12, 0, 1));     /* no such AC code */
    assert_false(decodes(&ac, 0xf00, 12, 0, 1));     /* no such DC code */
    assert_true(decodes(&ac, 0x300, 13, 32766, 1));  /* DC 32767 */
    assert_false(decodes(&ac, 0x300, 13, 32767, 1)); /* DC past 16 bits */
    assert_false(decodes(&ac, 0x300, 13, 16383, 2)); /* only after dequantising */
    assert_false(decodes(&ac, 0x200, 13, -32768, 1));
}

static void test_stuffed_bytes_and_fill_bytes(void **context) {
    (void)context;
    static const uint8_t file[] = {0x12, 0xff, 0x00, 0x34, 0xff, 0xff, 0xff, 0xd3, 0x56};
    jpeg_bits bits = jpeg_bits_begin(file, file + sizeof file);
    jpeg_bits_refill(&bits);
    assert_true(bits.front.buffer == 0x12ff340000000000u);
    assert_int_equal(jpeg_bits_left(&bits), 24);
    assert_int_equal(bits.marker, 0xd3);
    assert_ptr_equal(bits.front.next, file + 8);
}

static int prepare(void **context) {
    (void)context;
    walk_diagonals();
    for (size_t i = 0; i < 64; i++)
        ones[i] = 1;
    return 0;
}

int jpeg_huffman_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_come_back),
        cmocka_unit_test(test_coefficients_are_dequantised),
        cmocka_unit_test(test_what_is_no_block),
        cmocka_unit_test(test_stuffed_bytes_and_fill_bytes),
    };
    return cmocka_run_group_tests_name("jpeg_huffman", tests, prepare, NULL);
}
