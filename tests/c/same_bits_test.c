/* One number for the logits of fifty films in eight bits: it must come out on every instruction set, with every number
 * of threads and from every compiler. The float path makes no such promise. */
#include "pneumoscope.h"

#include "fixture_image.h"
#include "fixture_model.h"
#include "tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NFILMS = 50, FILM_SIDE = 240 };

/* Film `index`: bright and dark discs and grain, all from integers. */
static void draw_film(uint32_t index, uint16_t *grey) {
    uint32_t seed = 1 + index;
    int32_t centres[6][3];
    for (size_t i = 0; i < 18; i++)
        centres[i / 3][i % 3] = (int32_t)(fixture_bits(&seed) % FILM_SIDE);
    for (int32_t y = 0; y < FILM_SIDE; y++)
        for (int32_t x = 0; x < FILM_SIDE; x++) {
            int32_t level = (int32_t)(fixture_bits(&seed) % 24);
            for (size_t i = 0; i < 6; i++) {
                int32_t dx = x - centres[i][0], dy = y - centres[i][1], size = 20 + centres[i][2] / 2;
                int32_t inside = size * size - dx * dx - dy * dy;
                level += inside > 0 ? 90 * inside / (size * size) : 0;
            }
            grey[y * FILM_SIDE + x] = (uint16_t)(level > 255 ? 255 : level);
        }
}

/* FNV-1a over the logits' bytes. */
static uint64_t hash_logits(uint32_t nthreads) {
    pneumoscope *p;
    pneumoscope_findings f;
    size_t nbytes;
    uint8_t *file = fixture_load("../../../model/pneumonia-int8.safetensors", &nbytes);
    if (pneumoscope_create(&p, file, nbytes, &(pneumoscope_options){.nthreads = nthreads}))
        fail_msg("%s", pneumoscope_last_detail(p));
    free(file);
    uint16_t *grey = malloc(FILM_SIDE * FILM_SIDE * sizeof *grey);
    uint64_t hash = 0xcbf29ce484222325;
    float least = 1e9f, most = -1e9f;
    for (uint32_t film = 0; film < NFILMS; film++) {
        draw_film(film, grey);
        assert_int_equal(pneumoscope_read_grey(p, grey, FILM_SIDE, FILM_SIDE, 8, &f), PNEUMOSCOPE_OK);
        uint32_t bits;
        memcpy(&bits, &f.logit, sizeof bits);
        for (int i = 0; i < 4; i++)
            hash = (hash ^ (bits >> 8 * i & 0xff)) * 0x100000001b3;
        least = f.logit < least ? f.logit : least;
        most = f.logit > most ? f.logit : most;
    }
    assert_true(most - least > 0.01f); /* the films differ, and so do their logits */
    free(grey);
    pneumoscope_destroy(p);
    return hash;
}

static void test_same_bits_everywhere(void **state) {
    (void)state;
    size_t nbytes;
    uint8_t *expected = fixture_load("../same-bits.txt", &nbytes);
    for (uint32_t nthreads = 1; nthreads <= 1 + 3 * TEST_THREADS; nthreads++) {
        char hash[17];
        snprintf(hash, sizeof hash, "%016llx", (unsigned long long)hash_logits(nthreads));
        if (nbytes < 16 || memcmp(hash, expected, 16) != 0)
            fail_msg("with %u threads the logits' hash is %s, not %.16s", nthreads, hash, (const char *)expected);
    }
    free(expected);
}

int same_bits_tests(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_bits_everywhere)};
    return cmocka_run_group_tests_name("same_bits", tests, NULL, NULL);
}
