/* DICOM's parser: what a data set describes, in each byte order, and the files that are refused. What whole films of
 * every syntax decode to is asked in tests/node/dicom.test.js. */
#include "fixture_dicom.h"
#include "fixture_image.h"
#include "image/dicom/dicom.h"
#include "tests.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PIXELS = 1000000, NPIXELS = FIXTURE_DICOM_ROWS * FIXTURE_DICOM_COLUMNS };

/* Parses a file and reads its cells, as a reader does. The parsed film is `out`'s where it is given, else given back.
 */
static pneumoscope_status read_film(dicom *out, const uint8_t *file, size_t nbytes, uint16_t *cells, detail *why) {
    dicom d;
    pneumoscope_status status = dicom_parse(&d, file, nbytes, MAX_PIXELS, why);
    if (status)
        return status;
    status = dicom_check(&d, why);
    if (!status && d.rows == FIXTURE_DICOM_ROWS && d.columns == FIXTURE_DICOM_COLUMNS)
        status = dicom_cells(&d, cells, why);
    if (out && !status)
        *out = d;
    else
        dicom_free(&d);
    return status;
}

static void test_a_film_is_the_same_in_each_syntax(void **state) {
    (void)state;
    static const fixture_syntax syntaxes[] = {FIXTURE_EXPLICIT, FIXTURE_IMPLICIT, FIXTURE_BIG_ENDIAN};
    const fixture_element said[] = {
        {0x00100040, "CS", "F", NULL, 0, 0},
        {0x00101010, "AS", "044Y", NULL, 0, 0},
        {0x00185101, "CS", "AP", NULL, 0, 0},
    };
    for (size_t i = 0; i < sizeof syntaxes / sizeof syntaxes[0]; i++) {
        size_t nbytes;
        uint8_t *file = fixture_dicom(syntaxes[i], said, 3, &nbytes);
        uint16_t cells[NPIXELS];
        dicom d;
        detail why = {.text = "?"};
        assert_true(dicom_sniff(file, nbytes));
        if (read_film(&d, file, nbytes, cells, &why))
            fail_msg("a sound file is refused: %s", why.text);
        assert_int_equal(d.rows, FIXTURE_DICOM_ROWS);
        assert_int_equal(d.columns, FIXTURE_DICOM_COLUMNS);
        assert_int_equal(d.bits_stored, FIXTURE_DICOM_BITS);
        assert_string_equal(d.facts.view, "AP");
        assert_true(d.facts.age_years == 44);
        assert_int_equal(dicom_warnings(&d), 0);
        assert_int_equal(dicom_scope_reasons(&d), 0);
        for (size_t p = 0; p < NPIXELS; p++)
            assert_int_equal(dicom_stored_value(&d, cells[p]), fixture_pattern(p, FIXTURE_DICOM_BITS));
        dicom_free(&d);
        free(file);
    }
}

static void test_signed_values(void **state) {
    (void)state;
    const fixture_element is_signed = {0x00280103, "US", NULL, NULL, 1, 0};
    size_t nbytes;
    uint8_t *file = fixture_dicom(FIXTURE_EXPLICIT, &is_signed, 1, &nbytes);
    uint16_t cells[NPIXELS];
    dicom d;
    detail why;
    assert_int_equal(read_film(&d, file, nbytes, cells, &why), PNEUMOSCOPE_OK);
    for (size_t p = 0; p < NPIXELS; p++) {
        int32_t value = (int32_t)fixture_pattern(p, FIXTURE_DICOM_BITS), sign = 1 << (FIXTURE_DICOM_BITS - 1);
        assert_int_equal(dicom_stored_value(&d, cells[p]), value >= sign ? value - 2 * sign : value);
    }
    dicom_free(&d);
    free(file);
}

/* Each block is as large as the part of the file that is in it: a sanitizer sees a read past its end. */
static void test_a_file_cut_anywhere_is_refused(void **state) {
    (void)state;
    static const fixture_syntax syntaxes[] = {FIXTURE_EXPLICIT, FIXTURE_IMPLICIT, FIXTURE_BIG_ENDIAN};
    for (size_t i = 0; i < sizeof syntaxes / sizeof syntaxes[0]; i++) {
        size_t nbytes;
        uint8_t *file = fixture_dicom(syntaxes[i], NULL, 0, &nbytes);
        for (size_t length = 0; length < nbytes; length++) {
            uint8_t *cut = fixture_copy(file, length);
            uint16_t cells[NPIXELS];
            detail why = {.text = "?"};
            if (read_film(NULL, cut, length, cells, &why) == PNEUMOSCOPE_OK)
                fail_msg("the first %zu of %zu bytes are read", length, nbytes);
            assert_sentence(why.text, "DICOM");
            free(cut);
        }
        free(file);
    }
}

static void test_a_file_with_any_byte_changed_is_read_or_refused(void **state) {
    (void)state;
    static const uint8_t changes[] = {0x01, 0x80, 0xff};
    size_t nbytes;
    uint8_t *file = fixture_dicom(FIXTURE_EXPLICIT, NULL, 0, &nbytes);
    for (size_t at = 0; at < nbytes; at++)
        for (size_t i = 0; i < sizeof changes; i++) {
            uint16_t cells[NPIXELS];
            detail why = {.text = "?"};
            file[at] ^= changes[i];
            if (read_film(NULL, file, nbytes, cells, &why) != PNEUMOSCOPE_OK)
                assert_sentence(why.text, "DICOM");
            file[at] ^= changes[i];
        }
    free(file);
}

static void test_what_is_refused(void **state) {
    (void)state;
    const struct {
        fixture_element element;
        pneumoscope_status status;
        const char *reason, *part;
    } cases[] = {
        {{0x00280010, "US", NULL, NULL, 0, 0}, PNEUMOSCOPE_BAD_IMAGE, "corrupt", "0 rows"},
        {{0x00280002, "US", NULL, NULL, 0, 0}, PNEUMOSCOPE_BAD_IMAGE, "corrupt", "no samples"},
        {{0x00280002, "US", NULL, NULL, 4, 0}, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "colour", "in colour"},
        {{0x00280002, "US", NULL, NULL, 3, 0}, PNEUMOSCOPE_BAD_IMAGE, "truncated", "cut short"},
        {{0x00280004, "CS", "PALETTE COLOR", NULL, 0, 0}, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "colour", "in colour"},
        {{0x00280100, "US", NULL, NULL, 32, 0}, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "bits", "32 bits"},
        {{0x00280101, "US", NULL, NULL, 17, 0}, PNEUMOSCOPE_BAD_IMAGE, "corrupt", "17 bits stored"},
        {{0x00280102, "US", NULL, NULL, 5, 0}, PNEUMOSCOPE_BAD_IMAGE, "corrupt", "up to bit 5"},
        {{0x00280008, "IS", "-1", NULL, 0, 0}, PNEUMOSCOPE_BAD_IMAGE, "corrupt", "-1 frames"},
        {{0x00080060, "CS", "SR", NULL, 0, 0}, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "not-an-image", "no picture"},
        {{0x7fe00010, NULL, NULL, NULL, 0, 0}, PNEUMOSCOPE_BAD_IMAGE, "no-pixel-data", "no pixels"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t nbytes;
        uint8_t *file = fixture_dicom(FIXTURE_EXPLICIT, &cases[i].element, 1, &nbytes);
        uint16_t cells[NPIXELS];
        detail why = {.text = "?"};
        assert_refused(read_film(NULL, file, nbytes, cells, &why), cases[i].status, why.text, cases[i].part);
        assert_string_equal(status_reason_word(why.reason), cases[i].reason);
        free(file);
    }
}

static void test_a_syntax_that_is_not_read(void **state) {
    (void)state;
    size_t nbytes;
    uint8_t *file = fixture_dicom(FIXTURE_VIDEO, NULL, 0, &nbytes);
    uint16_t cells[NPIXELS];
    detail why = {.text = "?"};
    assert_refused(read_film(NULL, file, nbytes, cells, &why), PNEUMOSCOPE_UNSUPPORTED_IMAGE, why.text, "compressed");
    assert_string_equal(status_reason_word(why.reason), "unsupported-syntax");
    free(file);
}

/* Sequences in sequences, none with a length, as deep as a file of a megabyte allows. */
static void test_nesting_is_stepped_over_at_any_depth(void **state) {
    (void)state;
    enum { DEPTH = 20000, HEAD = 12 + 8, TAIL = 8 + 8 };
    static const uint8_t sequence[12] = {0x08, 0, 0x15, 0x11, 'S', 'Q', 0, 0, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t item[8] = {0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t ends[16] = {0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0};
    uint8_t *nested = malloc((size_t)DEPTH * (HEAD + TAIL) + 24), *at = nested;
    assert_non_null(nested);
    memcpy(at, item, 8), at += 8; /* the first sequence is the element's own */
    for (size_t i = 0; i < DEPTH; i++, at += HEAD) {
        memcpy(at, sequence, 12);
        memcpy(at + 12, item, 8);
    }
    for (size_t i = 0; i < DEPTH + 1; i++, at += TAIL)
        memcpy(at, ends, TAIL);
    const fixture_element element = {0x00081140, "SQ", NULL, nested, 0, (uint32_t)(at - nested)};
    size_t nbytes;
    uint8_t *file = fixture_dicom(FIXTURE_EXPLICIT, &element, 1, &nbytes);
    uint16_t cells[NPIXELS];
    detail why = {.text = "?"};
    if (read_film(NULL, file, nbytes, cells, &why))
        fail_msg("nested sequences are refused: %s", why.text);
    free(file);
    free(nested);
}

static void test_what_is_said_with_the_answer(void **state) {
    (void)state;
    const struct {
        fixture_element element;
        uint32_t warnings, scope;
    } cases[] = {
        {{0x00185101, "CS", "LL", NULL, 0, 0}, PNEUMOSCOPE_WARNING_LATERAL, 0},
        {{0x00180015, "CS", "KNEE", NULL, 0, 0}, PNEUMOSCOPE_WARNING_BODY_PART, 0},
        {{0x00280301, "CS", "YES", NULL, 0, 0}, PNEUMOSCOPE_WARNING_BURNED_IN, 0},
        {{0x00101010, "AS", "010Y", NULL, 0, 0}, PNEUMOSCOPE_WARNING_AGE, 0},
        {{0x00080060, "CS", "MR", NULL, 0, 0}, 0, PNEUMOSCOPE_SCOPE_MODALITY},
        {{0x00080068, "CS", "FOR PROCESSING", NULL, 0, 0}, 0, PNEUMOSCOPE_SCOPE_FOR_PROCESSING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t nbytes;
        uint8_t *file = fixture_dicom(FIXTURE_IMPLICIT, &cases[i].element, 1, &nbytes);
        uint16_t cells[NPIXELS];
        dicom d;
        detail why;
        assert_int_equal(read_film(&d, file, nbytes, cells, &why), PNEUMOSCOPE_OK);
        assert_int_equal(dicom_warnings(&d) & cases[i].warnings, cases[i].warnings);
        assert_int_equal(dicom_scope_reasons(&d) & cases[i].scope, cases[i].scope);
        dicom_free(&d);
        free(file);
    }
}

int dicom_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_film_is_the_same_in_each_syntax),
        cmocka_unit_test(test_signed_values),
        cmocka_unit_test(test_a_file_cut_anywhere_is_refused),
        cmocka_unit_test(test_a_file_with_any_byte_changed_is_read_or_refused),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_a_syntax_that_is_not_read),
        cmocka_unit_test(test_nesting_is_stepped_over_at_any_depth),
        cmocka_unit_test(test_what_is_said_with_the_answer),
    };
    return cmocka_run_group_tests_name("dicom", tests, NULL, NULL);
}
