#include "totp.h"

#include <stdio.h>
#include <string.h>

enum { BLOCK = 64, DIGEST = 20, LONGEST_SECRET = 64, LONGEST_MESSAGE = BLOCK + LONGEST_SECRET };

static uint32_t rotate(uint32_t value, int bits) {
    return value << bits | value >> (32 - bits);
}

static void sha1_block(uint32_t state[5], const uint8_t block[BLOCK]) {
    uint32_t w[80];
    for (int i = 0; i < 16; i++) {
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    }
    for (int i = 16; i < 80; i++) {
        w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int i = 0; i < 80; i++) {
        uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5A827999
                     : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                     : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                              : (b ^ c ^ d) + 0xCA62C1D6;
        uint32_t next = rotate(a, 5) + f + e + w[i];
        e = d, d = c, c = rotate(b, 30), b = a, a = next;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

/* RFC 3174, for messages of at most LONGEST_MESSAGE bytes. */
static void sha1(const uint8_t *message, size_t length, uint8_t digest[DIGEST]) {
    uint32_t state[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    uint8_t padded[LONGEST_MESSAGE + BLOCK] = {0};
    size_t blocks = (length + 9 + BLOCK - 1) / BLOCK;
    memcpy(padded, message, length);
    padded[length] = 0x80;
    for (int i = 0; i < 8; i++) {
        padded[blocks * BLOCK - 1 - (size_t)i] = (uint8_t)((uint64_t)length * 8 >> (8 * i));
    }
    for (size_t i = 0; i < blocks; i++) {
        sha1_block(state, padded + i * BLOCK);
    }
    for (int i = 0; i < DIGEST; i++) {
        digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

/* RFC 2104, for keys and messages of at most LONGEST_SECRET bytes. */
static void hmac_sha1(const uint8_t *key, size_t key_length, const uint8_t *message, size_t length,
                      uint8_t digest[DIGEST]) {
    uint8_t inner[LONGEST_MESSAGE], outer[BLOCK + DIGEST];
    memset(inner, 0x36, BLOCK);
    memset(outer, 0x5C, BLOCK);
    for (size_t i = 0; i < key_length; i++) {
        inner[i] ^= key[i];
        outer[i] ^= key[i];
    }
    memcpy(inner + BLOCK, message, length);
    sha1(inner, BLOCK + length, outer + BLOCK);
    sha1(outer, sizeof outer, digest);
}

/* RFC 4648 section 6, without padding; returns the length, or 0 if it is no base32. */
static size_t base32_decode(const char *text, uint8_t bytes[LONGEST_SECRET]) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t buffer = 0;
    int bits = 0;
    size_t length = 0;
    for (; *text; text++) {
        const char *letter = strchr(alphabet, *text);
        if (!letter || length == LONGEST_SECRET) {
            return 0;
        }
        buffer = buffer << 5 | (uint32_t)(letter - alphabet);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes[length++] = (uint8_t)(buffer >> bits);
        }
    }
    return length;
}

bool totp_code(const char *secret, uint64_t step, char code[7]) {
    uint8_t key[LONGEST_SECRET], counter[8], digest[DIGEST];
    size_t key_length = base32_decode(secret, key);
    if (key_length == 0) {
        return false;
    }
    for (int i = 0; i < 8; i++) {
        counter[i] = (uint8_t)(step >> (56 - 8 * i));
    }
    hmac_sha1(key, key_length, counter, sizeof counter, digest);
    /* RFC 4226 section 5.3: dynamic truncation. */
    const uint8_t *at = digest + (digest[DIGEST - 1] & 0x0F);
    uint32_t number =
        (uint32_t)(at[0] & 0x7F) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    snprintf(code, 7, "%06u", (unsigned)(number % 1000000));
    return true;
}
