// Counts heap calls of a program that is started with this library in LD_PRELOAD. The counters live
// in a file that is mapped shared (L7ROUTE_ALLOC_FILE): the driver reads it whenever it likes, and
// the program needs no thread, signal or lock for it.

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

typedef struct {
    _Atomic uint64_t malloc, calloc, realloc, aligned, free, bytes;
} Counters;

// Calls before the file is mapped are counted here, and are of no interest.
static Counters early;
static Counters *counters = &early;

#define COUNT(field, amount) atomic_fetch_add_explicit(&counters->field, amount, memory_order_relaxed)

__attribute__((constructor)) static void map_counters(void) {
    const char *path = getenv("L7ROUTE_ALLOC_FILE");
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0) return;
    if (ftruncate(fd, sizeof(Counters)) == 0) {
        void *mapped = mmap(NULL, sizeof(Counters), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (mapped != MAP_FAILED) counters = mapped;
    }
    close(fd);
}

void *malloc(size_t size) {
    COUNT(malloc, 1);
    COUNT(bytes, size);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    COUNT(calloc, 1);
    COUNT(bytes, count * size);
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    COUNT(realloc, 1);
    COUNT(bytes, size);
    return __libc_realloc(memory, size);
}

void free(void *memory) {
    if (memory) COUNT(free, 1);
    __libc_free(memory);
}

static void *aligned(size_t alignment, size_t size) {
    COUNT(aligned, 1);
    COUNT(bytes, size);
    return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) { return aligned(alignment, size); }

void *aligned_alloc(size_t alignment, size_t size) { return aligned(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
    void *memory = aligned(alignment, size);
    if (!memory) return ENOMEM;
    *result = memory;
    return 0;
}
