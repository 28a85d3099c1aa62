/* What image_decode and image_lend refuse, and that nothing is left behind or allocated for it. */
#include "counting_allocator.h"
#include "fixture_image.h"
#include "image/decode.h"
#include "tests.h"

#include <stdlib.h>
#include <string.h>

enum { MANY_PIXELS = 100000000, FEW_PIXELS = 1000000 };

static pneumoscope_status decode(const uint8_t *file, size_t nbytes, uint64_t max_pixels, image *film, detail *why) {
    *why = (detail){.text = "?"};
    return image_decode(film, file, nbytes, max_pixels, why);
}

static void refuse(const uint8_t *file, size_t nbytes, uint64_t max_pixels, pneumoscope_status expected,
                   const char *part) {
    image film;
    detail why;
    assert_refused(decode(file, nbytes, max_pixels, &film, &why), expected, why.text, part);
    assert_null(film.owned);
    image_free(&film); /* harmless */
}

static void test_max_pixels(void **state) {
    (void)state;
    image film;
    detail why;
    size_t nbytes;
    uint8_t *file = fixture_png_grey(20, 10, 8, &nbytes);
    assert_int_equal(decode(file, nbytes, 200, &film, &why), PNEUMOSCOPE_OK);
    image_free(&film);
    long before = all_allocations();
    refuse(file, nbytes, 199, PNEUMOSCOPE_IMAGE_TOO_LARGE, "20 x 10 pixels, more than the limit of 199");
    assert_int_equal(all_allocations(), before);
    free(file);
}

/* Headers that are sound in themselves and say more than is there, or than is read. */
static void test_sizes_in_headers(void **state) {
    (void)state;
    static const struct {
        uint32_t width, height;
        uint64_t max_pixels;
        const char *part;
    } cases[] = {
        {65535, 65535, MANY_PIXELS, "65535 x 65535 pixels, more than the limit of 100000000"},
        {65536, 1, MANY_PIXELS, "65536 x 1 pixels; at most 65535 a side"},
        {1, 65536, MANY_PIXELS, "1 x 65536 pixels; at most 65535 a side"},
        {65536, 65536, UINT64_MAX, "at most 65535 a side"},
        {0x7fffffff, 0x7fffffff, UINT64_MAX, "at most 65535 a side"},
        {1, 0x7fffffff, UINT64_MAX, "at most 65535 a side"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t png_nbytes, bmp_nbytes;
        uint8_t *png = fixture_png_grey(3, 2, 8, &png_nbytes), *bmp = fixture_bmp(3, 2, 24, 0, &bmp_nbytes);
        for (size_t byte = 0; byte < 4; byte++) {
            png[16 + byte] = (uint8_t)(cases[i].width >> (24 - 8 * byte));
            png[20 + byte] = (uint8_t)(cases[i].height >> (24 - 8 * byte));
            bmp[18 + byte] = (uint8_t)(cases[i].width >> 8 * byte);
            bmp[22 + byte] = (uint8_t)(cases[i].height >> 8 * byte);
        }
        fixture_png_seal(png + 8);
        long before = all_allocations();
        refuse(png, png_nbytes, cases[i].max_pixels, PNEUMOSCOPE_IMAGE_TOO_LARGE, cases[i].part);
        if (cases[i].width > 65535 || cases[i].height > 65535)
            refuse(bmp, bmp_nbytes, cases[i].max_pixels, PNEUMOSCOPE_IMAGE_TOO_LARGE, cases[i].part);
        assert_int_equal(all_allocations(), before);
        free(png);
        free(bmp);
    }
}

static void test_jpeg_of_65535_a_side(void **state) {
    (void)state;
    size_t nbytes;
    uint8_t *file = fixture_load("grey.jpg", &nbytes), *frame = file + 2;
    while (frame[1] != 0xc0)
        frame += 2 + ((size_t)frame[2] << 8 | frame[3]);
    memset(frame + 5, 0xff, 4);
    long before = all_allocations();
    refuse(file, nbytes, MANY_PIXELS, PNEUMOSCOPE_IMAGE_TOO_LARGE, "65535 x 65535");
    assert_int_equal(all_allocations(), before);
    free(file);
}

/* The longest sides that are read. */
/* The first scan of a sound JPEG, again: a channel of a sequential one begins once, and a hundred scans would be work
 * for minutes. */
static void test_jpeg_of_many_scans(void **state) {
    (void)state;
    size_t nbytes, scan = 0;
    uint8_t *file = fixture_load("grey.jpg", &nbytes);
    while (file[scan] != 0xff || file[scan + 1] != 0xda)
        scan++;
    size_t scan_nbytes = nbytes - 2 - scan, many_nbytes = scan;
    uint8_t *many = malloc(scan + 101 * scan_nbytes + 2);
    memcpy(many, file, scan);
    for (int repeat = 0; repeat < 101; repeat++, many_nbytes += scan_nbytes)
        memcpy(many + many_nbytes, file + scan, scan_nbytes);
    memcpy(many + many_nbytes, "\xff\xd9", 2);
    refuse(many, many_nbytes + 2, MANY_PIXELS, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "more than 100 scans");
    memcpy(many + scan + 2 * scan_nbytes, "\xff\xd9", 2);
    refuse(many, scan + 2 * scan_nbytes + 2, MANY_PIXELS, PNEUMOSCOPE_BAD_IMAGE, "damaged");
    free(many);
    free(file);
}

static void test_65535_pixels_a_side(void **state) {
    (void)state;
    for (int upright = 0; upright <= 1; upright++) {
        size_t nbytes;
        image film;
        detail why;
        uint8_t *file = fixture_png_grey(upright ? 1 : 65535, upright ? 65535 : 1, 8, &nbytes);
        assert_int_equal(decode(file, nbytes, 65535, &film, &why), PNEUMOSCOPE_OK);
        assert_int_equal(film.width * film.height, 65535);
        image_free(&film);
        free(file);
    }
}

/* Rows that are missing are damage. A few bytes too many are a habit of some encoders. */
static void test_png_data_of_the_wrong_length(void **state) {
    (void)state;
    for (uint32_t nexcess = 0; nexcess <= 1; nexcess++) {
        size_t nbytes;
        image film;
        detail why;
        fixture_png png = {.width = 20, .height = 10, .bits = 8, .nexcess = nexcess};
        uint8_t *file = fixture_png_write(&png, &nbytes);
        assert_int_equal(decode(file, nbytes, MANY_PIXELS, &film, &why), PNEUMOSCOPE_OK);
        image_free(&film);
        file[23] = 23; /* rows in the header; the 258 bytes in excess would fill 12 more than ten */
        fixture_png_seal(file + 8);
        refuse(file, nbytes, MANY_PIXELS, PNEUMOSCOPE_BAD_IMAGE,
               nexcess ? "5 % of its 20 x 23 pixels" : "57 % of its 20 x 23 pixels");
        free(file);
    }
}

/* 40 kilobytes of file, 200 pixels, 25 megabytes once inflated. */
static void test_png_that_inflates_to_far_more_than_its_pixels(void **state) {
    (void)state;
    size_t nbytes;
    uint8_t *file = fixture_png_write(&(fixture_png){.width = 20, .height = 10, .bits = 8, .nexcess = 100000}, &nbytes);
    refuse(file, nbytes, MANY_PIXELS, PNEUMOSCOPE_BAD_IMAGE, "20 x 10 pixels could not be decoded");
    free(file);
}

/* ---- damage: whatever a byte is changed to, the file is read or refused with a sentence, and nothing leaks ---- */

static void decode_with_changes(uint8_t *file, size_t nbytes) {
    static const uint8_t changes[] = {0x01, 0x08, 0x80, 0xff};
    for (size_t at = 0; at < nbytes; at++)
        for (size_t i = 0; i < sizeof changes; i++) {
            image film;
            detail why;
            long before = live_allocations();
            file[at] ^= changes[i];
            if (decode(file, nbytes, FEW_PIXELS, &film, &why) == PNEUMOSCOPE_OK) {
                float grey;
                fixture_grey(&film, film.width - 1, film.height - 1, 1, &grey);
                assert_true(grey >= 0.0f && grey <= 1.0f);
            } else {
                assert_sentence(why.text, "");
            }
            image_free(&film);
            file[at] ^= changes[i];
            assert_int_equal(live_allocations(), before);
        }
}

static void test_damaged_jpeg(void **state) {
    (void)state;
    static const char *const names[] = {"grey.jpg", "progressive.jpg", "rgb.jpg", "colour.jpg",
                                        "colour-progressive.jpg"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t nbytes;
        uint8_t *file = fixture_load(names[i], &nbytes);
        decode_with_changes(file, nbytes);
        free(file);
    }
}

/* A restart interval without its markers: the first 8 x 8 pixels are there. */
static void test_jpeg_with_blocks_that_never_come(void **state) {
    (void)state;
    size_t nbytes;
    uint8_t *file = fixture_load("grey.jpg", &nbytes), *damaged = malloc(nbytes + 6);
    assert_non_null(damaged);
    memcpy(damaged, "\xff\xd8\xff\xdd\0\4\0\1", 8);
    memcpy(damaged + 8, file + 2, nbytes - 2);
    refuse(damaged, nbytes + 6, MANY_PIXELS, PNEUMOSCOPE_BAD_IMAGE, "incomplete");
    free(damaged);
    free(file);
}

/* Every shorter scan of every kind of JPEG, its end marker kept: nothing of which more than a strip is missing is read.
 */
static void test_jpeg_cut_short_with_its_end(void **state) {
    (void)state;
    static const char *const names[] = {"grey.jpg", "progressive.jpg", "rgb.jpg", "colour.jpg",
                                        "colour-progressive.jpg"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t nbytes, scan = 0;
        uint8_t *file = fixture_load(names[i], &nbytes);
        while (file[scan] != 0xff || file[scan + 1] != 0xda)
            scan++;
        for (size_t cut = scan + 16; cut < scan + (nbytes - scan) * 3 / 10; cut += 3) {
            uint8_t *shorter = fixture_copy(file, cut + 2);
            memcpy(shorter + cut, "\xff\xd9", 2);
            if (shorter[cut - 1] != 0xff)
                refuse(shorter, cut + 2, MANY_PIXELS, PNEUMOSCOPE_BAD_IMAGE, "");
            free(shorter);
        }
        free(file);
    }
}

/* The checksums would hide what the decoder makes of the data, so each chunk is sealed again. */
static void test_damaged_png_data(void **state) {
    (void)state;
    for (int interlaced = 0; interlaced <= 1; interlaced++) {
        size_t nbytes;
        fixture_png png = {.width = 5, .height = 4, .bits = 16, .colour = FIXTURE_RGBA, .interlaced = interlaced};
        uint8_t *file = fixture_png_write(&png, &nbytes);
        for (size_t chunk = 8; chunk < nbytes; chunk += 12 + ((size_t)file[chunk + 2] << 8 | file[chunk + 3]))
            for (size_t at = chunk + 8; at < chunk + 8 + file[chunk + 3]; at++)
                for (uint32_t bit = 0; bit < 8; bit++) {
                    image film;
                    detail why;
                    file[at] ^= (uint8_t)(1u << bit);
                    fixture_png_seal(file + chunk);
                    if (decode(file, nbytes, FEW_PIXELS, &film, &why))
                        assert_sentence(why.text, "");
                    image_free(&film);
                    file[at] ^= (uint8_t)(1u << bit);
                    fixture_png_seal(file + chunk);
                }
        free(file);
    }
}

/* ---- lent samples ---- */

static void test_lent_samples(void **state) {
    (void)state;
    for (uint32_t bits = 1; bits <= 16; bits++) {
        uint32_t white = (1u << bits) - 1;
        const uint16_t samples[] = {0, (uint16_t)white, (uint16_t)(white / 2), (uint16_t)(white + (bits < 16)), 65535,
                                    1};
        const float expected[] = {0, 1, (float)(white / 2) / (float)white, 1, 1, 1.0f / (float)white};
        float grey[6];
        image film;
        detail why;
        assert_int_equal(image_lend(&film, samples, 3, 2, bits, 6, &why), PNEUMOSCOPE_OK);
        assert_int_equal(film.orientation, 1);
        assert_int_equal(film.warnings, 0);
        fixture_grey(&film, 0, 0, 3, grey);
        fixture_grey(&film, 0, 1, 3, grey + 3);
        assert_floats_near(grey, expected, 6, 1e-6f);
        image_free(&film); /* gives nothing back: the samples are on the stack */
    }
}

static void test_arguments_of_lent_samples(void **state) {
    (void)state;
    static const uint16_t sample;
    static const struct {
        const uint16_t *grey;
        uint32_t width, height, bits;
        uint64_t max_pixels;
        pneumoscope_status status;
        const char *part;
    } cases[] = {
        {NULL, 3, 2, 8, 100, PNEUMOSCOPE_BAD_ARGUMENT, "3 x 2"},
        {&sample, 0, 1, 8, 100, PNEUMOSCOPE_BAD_ARGUMENT, "0 x 1"},
        {&sample, 1, 0, 8, 100, PNEUMOSCOPE_BAD_ARGUMENT, "1 x 0"},
        {&sample, 1, 1, 0, 100, PNEUMOSCOPE_BAD_ARGUMENT, "0 bits"},
        {&sample, 1, 1, 17, 100, PNEUMOSCOPE_BAD_ARGUMENT, "17 bits"},
        {&sample, 1, 1, UINT32_MAX, 100, PNEUMOSCOPE_BAD_ARGUMENT, "1 to 16 are read"},
        {&sample, 11, 10, 8, 109, PNEUMOSCOPE_IMAGE_TOO_LARGE, "limit of 109"},
        {&sample, 65536, 1, 8, UINT64_MAX, PNEUMOSCOPE_IMAGE_TOO_LARGE, "65535 a side"},
        {&sample, 1, UINT32_MAX, 8, UINT64_MAX, PNEUMOSCOPE_IMAGE_TOO_LARGE, "65535 a side"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        image film;
        detail why = {.text = "?"};
        assert_refused(
            image_lend(&film, cases[i].grey, cases[i].width, cases[i].height, cases[i].bits, cases[i].max_pixels, &why),
            cases[i].status, why.text, cases[i].part);
    }
}

int limits_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_max_pixels),
        cmocka_unit_test(test_sizes_in_headers),
        cmocka_unit_test(test_jpeg_of_65535_a_side),
        cmocka_unit_test(test_jpeg_of_many_scans),
        cmocka_unit_test(test_65535_pixels_a_side),
        cmocka_unit_test(test_png_data_of_the_wrong_length),
        cmocka_unit_test(test_png_that_inflates_to_far_more_than_its_pixels),
        cmocka_unit_test(test_damaged_jpeg),
        cmocka_unit_test(test_jpeg_with_blocks_that_never_come),
        cmocka_unit_test(test_jpeg_cut_short_with_its_end),
        cmocka_unit_test(test_damaged_png_data),
        cmocka_unit_test(test_lent_samples),
        cmocka_unit_test(test_arguments_of_lent_samples),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
