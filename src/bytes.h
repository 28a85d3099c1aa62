/* Whole numbers as files have them: be, most significant byte first; le, least. Any alignment. */
#ifndef PNEUMOSCOPE_BYTES_H
#define PNEUMOSCOPE_BYTES_H

#include <stdint.h>
#include <string.h>

static inline uint32_t be16(const uint8_t *p) { return (uint32_t)p[0] << 8 | p[1]; }
static inline uint32_t be32(const uint8_t *p) { return be16(p) << 16 | be16(p + 2); }
static inline uint32_t le16(const uint8_t *p) { return (uint32_t)p[1] << 8 | p[0]; }
static inline uint32_t le32(const uint8_t *p) { return le16(p + 2) << 16 | le16(p); }
static inline uint64_t le64(const uint8_t *p) { return (uint64_t)le32(p + 4) << 32 | le32(p); }

/* Zeros memory that names a patient, before it is given back: the barrier keeps compilers from leaving that out. */
static inline void bytes_wipe(void *memory, size_t nbytes) {
    memset(memory, 0, nbytes);
    __asm__ volatile("" : : "r"(memory) : "memory");
}

#endif
