/*
 * Where the sanitizers report, compiled into what they look at: the program has no environment and
 * no standard error to be told by.
 */
#include <dlfcn.h>
#include <stddef.h>

#define REPORTS "/tmp/sanitizer"

__attribute__((visibility("default"))) const char *__asan_default_options(void);

/* Not leaks, which valgrind looks for: nobody may look into the program's memory, itself included.
 */
const char *__asan_default_options(void) {
    return "detect_leaks=0:detect_stack_use_after_return=1:strict_string_checks=1:log_"
           "path=" REPORTS;
}

/* The other runtime has to be told by its own function, which that of the first one hides. */
__attribute__((constructor)) static void set_path_of_the_other(void) {
    void *runtime = dlopen("libubsan.so.1", RTLD_LAZY | RTLD_NOLOAD);
    void (*set_path)(const char *);

    if (runtime == NULL)
        return;
    *(void **)&set_path = dlsym(runtime, "__sanitizer_set_report_path");
    if (set_path != NULL)
        set_path(REPORTS);
}
