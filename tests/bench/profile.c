/* Times every layer of the network by itself.
 *
 *   profile MODEL.safetensors ROUNDS THREADS
 *
 * One line of JSON a layer, in order, the head last: its shape and its milliseconds in every round. profile.js makes a
 * table of it. Exit 1 with a sentence where something is wrong. */
#define _POSIX_C_SOURCE 200809L

#include "network/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WARM_UP_ROUNDS = 50 }; /* until network/pace.h has chosen */

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void fail(const char *sentence) {
    fprintf(stderr, "%s\n", sentence);
    exit(1);
}

static uint8_t *read_file(const char *path, size_t *nbytes) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END))
        fail("The model cannot be read.");
    *nbytes = (size_t)ftell(file);
    rewind(file);
    uint8_t *data = malloc(*nbytes);
    if (!data || fread(data, 1, *nbytes, file) != *nbytes)
        fail("The model cannot be read whole.");
    fclose(file);
    return data;
}

static void run_part(network *n, size_t part) {
    if (part < network_nlayers(n))
        network_run_layer(n, part);
    else
        network_run_head(n);
}

static void fill_input(network *n, uint32_t input_side) {
    bool int8 = network_layer_output(n, 0) == NULL; /* the stem runs as a part of the next operator */
    uint32_t nchannels = network_layer_shape(n, 0)->nin;
    if (int8)
        for (size_t i = 0; i < (size_t)input_side * input_side; i++)
            ((int16_t *)network_input(n))[i] = (int16_t)(i % 251);
    else
        for (size_t i = 0; i < (size_t)input_side * input_side * nchannels; i++)
            ((float *)network_input(n))[i] = (float)(i % 251) / 125.0f - 1.0f;
}

/* times: f64[network_nlayers + 1], the head last */
static void time_parts(network *n, uint32_t input_side, double *times) {
    fill_input(n, input_side);
    for (size_t part = 0; part <= network_nlayers(n); part++) {
        double started = now_ms();
        run_part(n, part);
        times[part] = now_ms() - started;
    }
}

static void print_part(const network *n, size_t part, const double *times, size_t nrounds) {
    size_t nparts = network_nlayers(n) + 1;
    if (part < network_nlayers(n)) {
        const convolution *c = network_layer_shape(n, part);
        printf("{\"side\": %u, \"outputSide\": %u, \"nin\": %u, \"nout\": %u, \"kernel\": %u, \"stride\": %u, "
               "\"depthwise\": %s, \"within\": %s, \"ms\": [",
               c->side, convolution_output_side(c), c->nin, c->nout, c->kernel, c->stride,
               c->depthwise ? "true" : "false", network_layer_output(n, part) ? "false" : "true");
    } else {
        printf("{\"head\": true, \"nin\": %u, \"ms\": [", network_nfeatures(n));
    }
    for (size_t round = 0; round < nrounds; round++)
        printf(round ? ", %.4f" : "%.4f", times[round * nparts + part]);
    printf("]}\n");
}

static void profile(network *n, uint32_t input_side, size_t nrounds) {
    size_t nparts = network_nlayers(n) + 1;
    double *times = malloc(nrounds * nparts * sizeof *times);
    if (!times)
        fail("There is no memory for so many rounds.");
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        fill_input(n, input_side);
        network_run(n);
    }
    for (size_t round = 0; round < nrounds; round++)
        time_parts(n, input_side, times + round * nparts);
    for (size_t part = 0; part < nparts; part++)
        print_part(n, part, times, nrounds);
    free(times);
}

int main(int argc, char **argv) {
    if (argc != 4)
        fail("usage: profile MODEL ROUNDS THREADS");
    detail why;
    model m = {0};
    network *n = NULL;
    size_t nbytes, nrounds = (size_t)strtoul(argv[2], NULL, 10);
    uint8_t *file = read_file(argv[1], &nbytes);
    if (nrounds < 1 || model_open(&m, file, nbytes, &why) ||
        network_create(&n, &m, &ops_fast, (uint32_t)strtoul(argv[3], NULL, 10), &why))
        fail(nrounds < 1 ? "At least one round is needed." : why.text);
    profile(n, m.input_side, nrounds);
    network_destroy(n);
    model_close(&m);
    free(file);
    return 0;
}
