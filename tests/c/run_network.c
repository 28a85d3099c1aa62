/* Runs a network on raw pixels and prints its logits, so that they can be compared with PyTorch's on the same pixels.
 *
 *   run_network MODEL.safetensors INPUT...     INPUT: f32[side][side][3], pixels in 0..255, little-endian; an int8
 *                                              model takes the first channel as grey
 *
 * One line an input: the logits in order. Exit 1 with a sentence where something is wrong. */
#include "network/network.h"

#include <stdio.h>
#include <stdlib.h>

static uint8_t *read_file(const char *path, size_t *nbytes) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) {
        fprintf(stderr, "%s cannot be read.\n", path);
        exit(1);
    }
    *nbytes = (size_t)ftell(file);
    rewind(file);
    uint8_t *data = malloc(*nbytes);
    if (!data || fread(data, 1, *nbytes, file) != *nbytes) {
        fprintf(stderr, "%s cannot be read whole.\n", path);
        exit(1);
    }
    fclose(file);
    return data;
}

static void run(network *n, const model *m, const char *path) {
    size_t nbytes, npixels = (size_t)m->input_side * m->input_side;
    uint8_t *data = read_file(path, &nbytes);
    const float *pixels = (const void *)data;
    if (nbytes != npixels * 3 * sizeof *pixels) {
        fprintf(stderr, "%s has %zu bytes, not %u x %u x 3 floats.\n", path, nbytes, m->input_side, m->input_side);
        exit(1);
    }
    if (m->int8) {
        float *grey = malloc(npixels * sizeof *grey);
        for (size_t i = 0; i < npixels; i++)
            grey[i] = pixels[3 * i] / 255.0f;
        network_set_input(n, grey);
        free(grey);
    } else {
        for (size_t i = 0; i < npixels * 3; i++)
            ((float *)network_input(n))[i] = (pixels[i] / 255.0f - m->mean[i % 3]) / m->std[i % 3];
    }
    network_run(n);
    for (uint32_t i = 0; i < m->nclasses; i++)
        printf(i ? " %.7g" : "%.7g", (double)network_logits(n)[i]);
    printf("\n");
    free(data);
}

int main(int argc, char **argv) {
    detail why = {.text = "usage: run_network MODEL INPUT..."};
    model m = {0};
    network *n = NULL;
    size_t nbytes;
    uint8_t *file = argc > 1 ? read_file(argv[1], &nbytes) : NULL;
    bool opened = file && !model_open(&m, file, nbytes, &why);
    if (opened && !m.int8)
        m.nchannels = 3; /* photographs are compared as well, and those have colours */
    if (!opened || network_create(&n, &m, &ops_fast, 1, &why)) {
        fprintf(stderr, "%s\n", why.text);
        return 1;
    }
    for (int i = 2; i < argc; i++)
        run(n, &m, argv[i]);
    network_destroy(n);
    model_close(&m);
    free(file);
    return 0;
}
