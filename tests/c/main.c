#include "tests.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(void);
} groups[] = {
    {"probe", probe_tests},
    {"exif", exif_tests},
    {"colour", colour_tests},
    {"image", image_tests},
    {"bmp", bmp_tests},
    {"dicom", dicom_tests},
    {"limits", limits_tests},
    {"jpeg_huffman", jpeg_huffman_tests},
    {"jpeg_idct", jpeg_idct_tests},
    {"prepare", prepare_tests},
    {"levels", levels_tests},
    {"json", json_tests},
    {"decimal", decimal_tests},
    {"safetensors", safetensors_tests},
    {"model", model_tests},
    {"ops", ops_tests},
    {"ops_int8", ops_int8_tests},
    {"network", network_tests},
    {"operating_points", operating_points_tests},
    {"rules", rules_tests},
    {"pace", pace_tests},
    {"scope", scope_tests},
    {"findings", findings_tests},
    {"pneumoscope", pneumoscope_tests},
    {"decisions", decisions_tests},
    {"allocation", allocation_tests},
    {"threads", threads_tests},
    {"same_bits", same_bits_tests},
};

void assert_sentence(const char *text, const char *part) {
    size_t length = strlen(text);
    if (length < 20 || text[length - 1] != '.' || !strstr(text, part))
        fail_msg("\"%s\" should be a sentence with \"%s\" in it", text, part);
}

void assert_floats_near(const float *a, const float *b, size_t n, float tolerance) {
    for (size_t i = 0; i < n; i++)
        if (!(fabsf(a[i] - b[i]) <= tolerance))
            fail_msg("element %zu of %zu: %g and %g differ by more than %g", i, n, (double)a[i], (double)b[i],
                     (double)tolerance);
}

int main(int argc, char **argv) {
    int nfailed = 0, nrun = 0;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        if (argc > 1 && strcmp(argv[1], groups[i].name) != 0)
            continue;
        nfailed += groups[i].run();
        nrun++;
    }
    if (nrun == 0)
        fprintf(stderr, "There is no group %s.\n", argv[1]);
    return nfailed > 0 || nrun == 0;
}
