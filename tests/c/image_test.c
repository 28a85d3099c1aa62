#include "image/decode.h"

#include "fixture_image.h"
#include "tests.h"

#include <stdlib.h>

enum { MANY_PIXELS = 100000000, JPEG_WIDTH = 41, JPEG_HEIGHT = 23 };

static image decode(const uint8_t *file, size_t nbytes) {
    image film;
    detail why = {.text = "?"};
    if (image_decode(&film, file, nbytes, MANY_PIXELS, &why) != PNEUMOSCOPE_OK)
        fail_msg("a sound file is refused: %s", why.text);
    return film;
}

/* The grey of every pixel, asked for in two spans a row, against a formula. */
static void assert_grey(const image *film, double (*expected)(uint32_t x, uint32_t y, const void *),
                        const void *context, double tolerance) {
    float *row = malloc(film->width * sizeof *row);
    assert_non_null(row);
    for (uint32_t y = 0; y < film->height; y++) {
        uint32_t split = film->width / 3;
        fixture_grey(film, 0, y, split, row);
        fixture_grey(film, split, y, film->width - split, row + split);
        for (uint32_t x = 0; x < film->width; x++) {
            double off = (double)row[x] - expected(x, y, context);
            if (!(off <= tolerance && off >= -tolerance))
                fail_msg("pixel (%u, %u) is %g instead of %g", x, y, (double)row[x], expected(x, y, context));
        }
    }
    free(row);
}

/* ---- PNG ---- */

static uint8_t palette_colour(uint32_t index, uint32_t channel) { return (uint8_t)(index * 5 + channel * 77 + 9); }

static double luminance(const uint32_t rgb[3]) {
    return (double)((rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 32768) >> 16); /* Pillow's convert("L") */
}

static double pattern_grey(uint32_t x, uint32_t y, const void *context) {
    const fixture_png *png = context;
    uint32_t n = fixture_nchannels(png->colour), samples[4], rgb[3];
    double white = (1u << png->bits) - 1;
    for (uint32_t channel = 0; channel < n; channel++)
        samples[channel] = fixture_pattern(((size_t)y * png->width + x) * n + channel, png->bits);
    for (uint32_t channel = 0; channel < 3; channel++)
        rgb[channel] = palette_colour(samples[0], channel);
    switch (png->colour) {
    case FIXTURE_GREY: return samples[0] / white;
    case FIXTURE_GREY_ALPHA: return samples[0] / white * samples[1] / white;
    case FIXTURE_RGB: return luminance(samples) / white;
    case FIXTURE_RGBA: return luminance(samples) / white * samples[3] / white;
    case FIXTURE_PALETTE: break;
    }
    return luminance(rgb) / 255;
}

static uint32_t pattern_warnings(fixture_colour colour) {
    uint32_t warnings = colour == FIXTURE_GREY || colour == FIXTURE_GREY_ALPHA ? 0 : PNEUMOSCOPE_WARNING_COLOUR;
    return warnings | (fixture_nchannels(colour) % 2 == 0 ? PNEUMOSCOPE_WARNING_TRANSPARENCY : 0u);
}

static void test_png_of_every_type_and_depth(void **state) {
    (void)state;
    static const struct {
        fixture_colour colour;
        uint32_t bits;
    } cases[] = {
        {FIXTURE_GREY, 1},        {FIXTURE_GREY, 2},    {FIXTURE_GREY, 4},    {FIXTURE_GREY, 8},
        {FIXTURE_GREY, 16},       {FIXTURE_RGB, 8},     {FIXTURE_RGB, 16},    {FIXTURE_PALETTE, 1},
        {FIXTURE_PALETTE, 2},     {FIXTURE_PALETTE, 4}, {FIXTURE_PALETTE, 8}, {FIXTURE_GREY_ALPHA, 8},
        {FIXTURE_GREY_ALPHA, 16}, {FIXTURE_RGBA, 8},    {FIXTURE_RGBA, 16},
    };
    static const uint32_t sizes[][2] = {{37, 19}, {1, 1}, {1, 9}, {9, 1}, {8, 8}};
    uint8_t palette[256 * 3];
    for (uint32_t i = 0; i < sizeof palette; i++)
        palette[i] = palette_colour(i / 3, i % 3);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int size = 0; size < 10; size++) {
            fixture_png png = {.width = sizes[size / 2][0],
                               .height = sizes[size / 2][1],
                               .interlaced = size % 2,
                               .bits = cases[i].bits,
                               .colour = cases[i].colour};
            if (png.colour == FIXTURE_PALETTE)
                png.palette = (fixture_bytes){palette, (size_t)3 << png.bits};
            size_t nbytes;
            uint8_t *file = fixture_png_write(&png, &nbytes);
            image film = decode(file, nbytes);
            assert_int_equal(film.width, png.width);
            assert_int_equal(film.height, png.height);
            assert_int_equal(film.bits, png.colour == FIXTURE_PALETTE ? 8 : png.bits);
            assert_int_equal(film.depth, png.bits == 16 ? 16 : 8);
            assert_int_equal(film.orientation, 1);
            assert_grey(&film, pattern_grey, &png, 1e-6);
            if (size < 2)
                assert_int_equal(film.warnings, pattern_warnings(png.colour));
            image_free(&film);
            free(file);
        }
}

static double key_grey(uint32_t x, uint32_t y, const void *context) {
    const fixture_png *png = context;
    const uint8_t *key = png->transparency.data;
    uint32_t n = fixture_nchannels(png->colour), nequal = 0;
    for (uint32_t channel = 0; channel < n; channel++)
        nequal += fixture_pattern(((size_t)y * png->width + x) * n + channel, png->bits) ==
                  ((uint32_t)key[2 * channel] << 8 | key[2 * channel + 1]);
    return nequal == n ? 0.0 : pattern_grey(x, y, context);
}

/* tRNS names one sample or colour as transparent: it lies over black, all else keeps its grey. */
static void test_png_with_a_transparent_key(void **state) {
    (void)state;
    static const fixture_png cases[] = {
        {.colour = FIXTURE_GREY, .bits = 2}, {.colour = FIXTURE_GREY, .bits = 8}, {.colour = FIXTURE_GREY, .bits = 16},
        {.colour = FIXTURE_RGB, .bits = 8},  {.colour = FIXTURE_RGB, .bits = 16},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_png png = cases[i];
        uint8_t key[6];
        size_t nbytes, n = fixture_nchannels(png.colour);
        for (size_t channel = 0; channel < n; channel++) { /* the colour of pixel 5 */
            uint32_t sample = fixture_pattern(5 * n + channel, png.bits);
            key[2 * channel] = (uint8_t)(sample >> 8);
            key[2 * channel + 1] = (uint8_t)sample;
        }
        png.width = 23;
        png.height = 11;
        png.transparency = (fixture_bytes){key, 2 * n};
        uint8_t *file = fixture_png_write(&png, &nbytes);
        image film = decode(file, nbytes);
        assert_grey(&film, key_grey, &png, 1e-6);
        assert_int_equal(film.warnings, pattern_warnings(png.colour) | PNEUMOSCOPE_WARNING_TRANSPARENCY);
        image_free(&film);
        free(file);
    }
}

static double palette_key_grey(uint32_t x, uint32_t y, const void *context) {
    const fixture_png *png = context;
    uint32_t index = fixture_pattern((size_t)y * png->width + x, png->bits);
    double alpha = index == 0 ? 0.0 : index == 1 ? 64 / 255.0 : 1.0;
    return (255 - index) / 255.0 * alpha;
}

static void test_png_with_a_transparent_grey_palette(void **state) {
    (void)state;
    uint8_t palette[256 * 3], alpha[2] = {0, 64};
    for (uint32_t i = 0; i < sizeof palette; i++)
        palette[i] = (uint8_t)(255 - i / 3);
    fixture_png png = {.width = 29,
                       .height = 11,
                       .bits = 8,
                       .colour = FIXTURE_PALETTE,
                       .palette = {palette, sizeof palette},
                       .transparency = {alpha, sizeof alpha}};
    size_t nbytes;
    uint8_t *file = fixture_png_write(&png, &nbytes);
    image film = decode(file, nbytes);
    assert_grey(&film, palette_key_grey, &png, 1e-6);
    assert_int_equal(film.warnings, PNEUMOSCOPE_WARNING_TRANSPARENCY);
    image_free(&film);
    free(file);
}

/* A grey film kept as RGBA, opaque, has no warning until, in its last pixel, the alpha is not white or two channels
 * differ by more than 8 of 255. The third lies between them. */
static void test_warnings_from_the_last_pixel(void **state) {
    (void)state;
    enum { WIDTH = 7, HEIGHT = 3, NPIXELS = WIDTH * HEIGHT };
    for (uint32_t bits = 8; bits <= 16; bits += 8)
        for (uint32_t channel = 0; channel < 4; channel++)
            for (uint32_t excess = 0; excess < 2; excess++) {
                uint32_t white = (1u << bits) - 1, step = white / 255 * 8;
                uint16_t samples[NPIXELS * 4];
                for (uint32_t i = 0; i < NPIXELS * 4; i++)
                    samples[i] = (uint16_t)(i % 4 == 3 ? white : fixture_pattern(i / 4, bits));
                uint16_t *last = samples + 4 * (NPIXELS - 1);
                if (channel == 3)
                    last[3] = (uint16_t)(white - excess);
                else
                    last[(channel + 1) % 3] = (uint16_t)(last[(channel + 1) % 3] - step / 2);
                last[channel] = (uint16_t)(last[channel] + (channel == 3 ? 0 : step / 2 + excess));
                size_t nbytes;
                uint8_t *file = fixture_png_write(
                    &(fixture_png){
                        .width = WIDTH, .height = HEIGHT, .bits = bits, .colour = FIXTURE_RGBA, .samples = samples},
                    &nbytes);
                image film = decode(file, nbytes);
                uint32_t warning = channel == 3 ? PNEUMOSCOPE_WARNING_TRANSPARENCY : PNEUMOSCOPE_WARNING_COLOUR;
                assert_int_equal(film.warnings, excess ? warning : 0);
                image_free(&film);
                free(file);
            }
}

/* ---- JPEG ---- */

static double jpeg_grey(uint32_t x, uint32_t y, const void *context) {
    (void)context;
    return (20.0 + 4 * x + 2 * y) / 255;
}

static double jpeg_colour(uint32_t x, uint32_t y, const void *context) {
    (void)context;
    return luminance((uint32_t[]){20 + 4 * x, 40 + 8 * y, 200 - 3 * x}) / 255;
}

/* The formulas are those of tests/fixtures/images/make.py; the tolerance is what quality 90 loses. */
static void test_jpeg(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double (*grey)(uint32_t, uint32_t, const void *);
        uint32_t warnings;
    } cases[] = {
        {"grey.jpg", jpeg_grey, 0},
        {"progressive.jpg", jpeg_grey, 0},
        {"rgb.jpg", jpeg_grey, 0},
        {"colour.jpg", jpeg_colour, PNEUMOSCOPE_WARNING_COLOUR},
        {"colour-progressive.jpg", jpeg_colour, PNEUMOSCOPE_WARNING_COLOUR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t nbytes;
        uint8_t *file = fixture_load(cases[i].name, &nbytes);
        image film = decode(file, nbytes);
        assert_int_equal(film.width, JPEG_WIDTH);
        assert_int_equal(film.height, JPEG_HEIGHT);
        assert_int_equal(film.nchannels, 1);
        assert_int_equal(film.bits, 8);
        assert_int_equal(film.warnings, cases[i].warnings);
        assert_grey(&film, cases[i].grey, NULL, 4.0 / 255);
        image_free(&film);
        free(file);
    }
}

/* What the planes of colour.jpg hold, for a reader that takes them for red, green and blue. */
static double jpeg_planes_as_rgb(uint32_t x, uint32_t y, const void *context) {
    (void)context;
    double red = 20 + 4 * x, green = 40 + 8 * y, blue = 200.0 - 3 * x;
    double brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
    double cb = 128 + (blue - brightness) / 1.772, cr = 128 + (red - brightness) / 1.402;
    return luminance((uint32_t[]){(uint32_t)brightness, (uint32_t)cb, (uint32_t)cr}) / 255;
}

/* Some writers keep RGB in a JPEG, and say so by the names of its channels. */
static void test_jpeg_of_rgb(void **state) {
    (void)state;
    size_t nbytes;
    uint8_t *file = fixture_load("colour.jpg", &nbytes);
    for (size_t at = 2; file[at + 1] != 0xd9; at += 2 + (size_t)(file[at + 2] << 8 | file[at + 3])) {
        size_t step = file[at + 1] == 0xc0 ? 3 : 2, first = at + (file[at + 1] == 0xc0 ? 10 : 5);
        if (file[at + 1] == 0xc0 || file[at + 1] == 0xda)
            for (size_t k = 0; k < 3; k++)
                file[first + k * step] = (uint8_t) "RGB"[k];
        if (file[at + 1] == 0xe0) /* JFIF, which promises the other colours */
            file[at + 1] = 0xe2;
        if (file[at + 1] == 0xda)
            break;
    }
    image film = decode(file, nbytes);
    assert_int_equal(film.warnings, PNEUMOSCOPE_WARNING_COLOUR);
    assert_grey(&film, jpeg_planes_as_rgb, NULL, 4.0 / 255);
    image_free(&film);
    free(file);
}

int image_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_png_of_every_type_and_depth),
        cmocka_unit_test(test_png_with_a_transparent_key),
        cmocka_unit_test(test_png_with_a_transparent_grey_palette),
        cmocka_unit_test(test_warnings_from_the_last_pixel),
        cmocka_unit_test(test_jpeg),
        cmocka_unit_test(test_jpeg_of_rgb),
    };
    return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
