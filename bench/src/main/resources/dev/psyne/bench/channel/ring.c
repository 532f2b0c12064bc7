// A one-to-one ring of bytes between two processes, and the rounds that measure it.
//
//   ring ROLE OUT IN CAPACITY BYTES WAIT
//
// ROLE is ping, pong, send or receive; OUT and IN are the files of the ring this side writes and of the one it reads;
// CAPACITY, a power of two, and BYTES, a multiple of 8 up to half of it, are the same on both sides; WAIT is spin or
// block (futex). Reads "round N" from standard input, answers "ready" and then "done FIGURE…".
//
// A record is an i32 length, 4 bytes of nothing and the body. The length is the commit flag: 0 while there is nothing,
// -1 for padding up to the end of the ring. The header behind a record is zeroed before the record's own length is
// written, so that one cache line carries a small message. The reader publishes its position when it finds nothing more
// or has passed an eighth of the ring.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { HEAD = 128, DATA_WAITER = 256, DATA = 4096, HEADER = 8, PADDING = -1, PORTIONS = 8 };
enum { FINE_BITS = 3, FINE_LIMIT = 1 << 17, COARSE_BITS = 12, FINE = FINE_LIMIT >> FINE_BITS, COARSE = 1 << 17 };

typedef struct {
    char *data;
    _Atomic int64_t *head;
    _Atomic int32_t *waiter;
    int64_t capacity, position, seen;
    int blocks;
} Ring;

static uint32_t histogram[FINE + COARSE];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static inline void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static Ring ring_open(const char *path, int64_t capacity, int blocks) {
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, DATA + capacity) != 0) fail(path);
    char *memory = mmap(NULL, DATA + capacity, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
    if (memory == MAP_FAILED) fail("mmap");
    close(file);
    Ring ring = {.data = memory + DATA, .capacity = capacity, .blocks = blocks};
    ring.head = (_Atomic int64_t *)(memory + HEAD);
    ring.waiter = (_Atomic int32_t *)(memory + DATA_WAITER);
    return ring;
}

static inline _Atomic int32_t *header(Ring *ring, int64_t position) {
    return (_Atomic int32_t *)(ring->data + (position & (ring->capacity - 1)));
}

// Where the body goes; the record begins behind `skipped` bytes of padding.
static inline int64_t *ring_claim(Ring *ring, int64_t bytes, int64_t *skipped) {
    int64_t to_end = ring->capacity - (ring->position & (ring->capacity - 1));
    *skipped = to_end < HEADER + bytes ? to_end : 0;
    int64_t end = ring->position + *skipped + HEADER + bytes + HEADER;
    while (end - ring->seen > ring->capacity) {
        ring->seen = atomic_load_explicit(ring->head, memory_order_acquire);
        if (end - ring->seen > ring->capacity) relax();
    }
    return (int64_t *)((char *)header(ring, ring->position + *skipped) + HEADER);
}

static inline void ring_commit(Ring *ring, int64_t bytes, int64_t skipped) {
    int64_t record = ring->position + skipped;
    atomic_store_explicit(header(ring, record + HEADER + bytes), 0, memory_order_relaxed);
    if (skipped) {
        atomic_store_explicit(header(ring, record), (int32_t)bytes, memory_order_relaxed);
        atomic_store_explicit(header(ring, ring->position), PADDING, memory_order_release);
    } else {
        atomic_store_explicit(header(ring, record), (int32_t)bytes, memory_order_release);
    }
    ring->position = record + HEADER + bytes;
    if (ring->blocks) {
        atomic_thread_fence(memory_order_seq_cst);
        if (atomic_load_explicit(ring->waiter, memory_order_relaxed)) {
            atomic_store_explicit(ring->waiter, 0, memory_order_relaxed);
            syscall(SYS_futex, ring->waiter, FUTEX_WAKE, 1, NULL, NULL, 0);
        }
    }
}

static void publish(Ring *ring) {
    ring->seen = ring->position;
    atomic_store_explicit(ring->head, ring->position, memory_order_release);
}

static void wait_for_data(Ring *ring) {
    if (ring->seen != ring->position) publish(ring);
    if (!ring->blocks) {
        relax();
        return;
    }
    atomic_store(ring->waiter, 1);
    if (atomic_load(header(ring, ring->position)) == 0) {
        syscall(SYS_futex, ring->waiter, FUTEX_WAIT, 1, NULL, NULL, 0);
    }
    atomic_store_explicit(ring->waiter, 0, memory_order_relaxed);
}

// Waits for a message and adds its words up.
static inline int64_t ring_read(Ring *ring) {
    int32_t bytes;
    for (;;) {
        bytes = atomic_load_explicit(header(ring, ring->position), memory_order_acquire);
        if (bytes > 0) break;
        if (bytes == PADDING) {
            ring->position += ring->capacity - (ring->position & (ring->capacity - 1));
        } else {
            wait_for_data(ring);
        }
    }
    const int64_t *body = (const int64_t *)((char *)header(ring, ring->position) + HEADER);
    int64_t sum = 0;
    for (int32_t word = 0; word < bytes / 8; word++) sum += body[word];
    ring->position += HEADER + bytes;
    if (ring->position - ring->seen >= ring->capacity / PORTIONS) publish(ring);
    return sum;
}

static inline void ring_write(Ring *ring, int64_t bytes, int64_t number) {
    int64_t skipped;
    int64_t *body = ring_claim(ring, bytes, &skipped);
    for (int64_t word = 0; word < bytes / 8; word++) body[word] = number + word;
    ring_commit(ring, bytes, skipped);
}

static void record(int64_t time) {
    int64_t bucket = time < FINE_LIMIT ? time >> FINE_BITS : FINE + (time >> COARSE_BITS);
    histogram[bucket < FINE + COARSE ? bucket : FINE + COARSE - 1]++;
}

static double percentile(int64_t count, double share) {
    int64_t below = 0, wanted = (int64_t)(count * share);
    for (int64_t bucket = 0; bucket < FINE + COARSE; bucket++) {
        below += histogram[bucket];
        if (below > wanted) {
            return bucket < FINE ? (bucket + 0.5) * (1 << FINE_BITS) : (bucket - FINE + 0.5) * (1 << COARSE_BITS);
        }
    }
    return 0;
}

static int64_t expected_sum(uint64_t messages, uint64_t bytes) {
    unsigned __int128 count = messages, words = bytes / 8;
    return (int64_t)(uint64_t)(words * (count * (count - 1) / 2) + count * (words * (words - 1) / 2));
}

static void check(int64_t sum, int64_t count, int64_t bytes) {
    if (sum != expected_sum(count, bytes)) {
        fprintf(stderr, "a message was lost or torn\n");
        exit(1);
    }
}

// Before a message to somebody who blocks: so long that nobody still spins.
enum { PAUSE = 200000 };

static int64_t rest(Ring *ring) {
    if (!ring->blocks) return 0;
    for (int64_t begin = now(); now() - begin < PAUSE;) relax();
    return PAUSE;
}

static void ping(Ring *out, Ring *in, int64_t bytes, int64_t count) {
    int64_t sum = 0;
    memset(histogram, 0, sizeof histogram);
    for (int64_t number = 0; number < count; number++) {
        int64_t pause = rest(out), begin = now();
        ring_write(out, bytes, number);
        sum += ring_read(in);
        record(now() - begin - pause);
    }
    check(sum, count, bytes);
    double p99 = percentile(count, 0.99);
    printf("done %.1f %.1f %.1f\n", percentile(count, 0.5), p99, p99 / 2);
}

static void pong(Ring *out, Ring *in, int64_t bytes, int64_t count) {
    int64_t sum = 0;
    for (int64_t number = 0; number < count; number++) {
        sum += ring_read(in);
        rest(out);
        ring_write(out, bytes, number);
    }
    check(sum, count, bytes);
    printf("done\n");
}

static void send_all(Ring *out, Ring *in, int64_t bytes, int64_t count) {
    int64_t begin = now();
    for (int64_t number = 0; number < count; number++) ring_write(out, bytes, number);
    ring_read(in);
    printf("done %.6f\n", (double)count * bytes / (now() - begin));
}

static void receive_all(Ring *out, Ring *in, int64_t bytes, int64_t count) {
    int64_t sum = 0;
    for (int64_t number = 0; number < count; number++) sum += ring_read(in);
    ring_write(out, bytes, 0);
    check(sum, count, bytes);
    printf("done\n");
}

int main(int count, char **arguments) {
    if (count != 7) {
        fprintf(stderr, "usage: ring ROLE OUT IN CAPACITY BYTES spin|block\n");
        return 2;
    }
    const char *role = arguments[1];
    int64_t capacity = atoll(arguments[4]), bytes = atoll(arguments[5]), rounds;
    int blocks = strcmp(arguments[6], "block") == 0;
    Ring out = ring_open(arguments[2], capacity, blocks), in = ring_open(arguments[3], capacity, blocks);
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("up\n");
    while (scanf(" round %ld", &rounds) == 1) {
        printf("ready\n");
        if (strcmp(role, "ping") == 0) ping(&out, &in, bytes, rounds);
        else if (strcmp(role, "pong") == 0) pong(&out, &in, bytes, rounds);
        else if (strcmp(role, "send") == 0) send_all(&out, &in, bytes, rounds);
        else receive_all(&out, &in, bytes, rounds);
    }
    return 0;
}
