/* One program holds every C test: a link of seconds, four wasm variants and three native builds, instead of a dozen
 * times that. Each *_test.c offers one group; `c_tests [GROUP]` runs all or one. */
#ifndef PNEUMOSCOPE_TESTS_H
#define PNEUMOSCOPE_TESTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "status.h"

/* Runs one group and returns how many of its tests failed. */
int probe_tests(void);
int exif_tests(void);
int colour_tests(void);
int image_tests(void);
int bmp_tests(void);
int dicom_tests(void);
int limits_tests(void);
int jpeg_huffman_tests(void);
int jpeg_idct_tests(void);
int prepare_tests(void);
int levels_tests(void);
int json_tests(void);
int decimal_tests(void);
int safetensors_tests(void);
int model_tests(void);
int ops_tests(void);
int ops_int8_tests(void);
int network_tests(void);
int operating_points_tests(void);
int rules_tests(void);
int pace_tests(void);
int scope_tests(void);
int findings_tests(void);
int pneumoscope_tests(void);
int decisions_tests(void);
int allocation_tests(void);
int threads_tests(void);
int same_bits_tests(void);

/* A refusal is a status and a whole sentence that contains `part`. */
#define assert_refused(status, expected, why, part)                                                  \
    do {                                                                                             \
        assert_string_equal(pneumoscope_status_string(status), pneumoscope_status_string(expected)); \
        assert_sentence(why, part);                                                                  \
    } while (0)

void assert_sentence(const char *text, const char *part);

/* |a - b| <= tolerance for every element; says where it is not. */
void assert_floats_near(const float *a, const float *b, size_t n, float tolerance);

#endif
