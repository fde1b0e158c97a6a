// The header in two units of one program, of which one may be without exceptions.
#include "check.hpp"
#include "two_units.hpp"

// Included again, as a program's own headers might.
#include <verigator.hpp>

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    // Each unit behaves as it was compiled, whichever the linker saw first.
    CHECK(status_in_the_other_unit(argv[1]) == VERIGATOR_NOT_FOUND);
    const auto context = connect(argv[1]);
    try {
        static_cast<void>(context.try_get_service("nobody").value());
        CHECK(false);
    } catch (const verigator::error &error) {
        CHECK(error.status() == verigator::status::not_found);
    }
    return finish();
}
