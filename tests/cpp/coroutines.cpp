// Coroutines that wait for calls: where they go on, and what becomes of those that end before.
#include <coroutine>
#include <memory>
#include <thread>
#include <utility>

#include "check.hpp"

namespace {

using verigator::queue;
using verigator::status;

/// A coroutine that begins at once, and ends with this.
class task {
  public:
    struct promise_type {
        task get_return_object() {
            return task(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_never initial_suspend() noexcept {
            return {};
        }
        std::suspend_always final_suspend() noexcept {
            return {};
        }
        void return_void() noexcept {
        }
        void unhandled_exception() {
            CHECK(false);
        }
    };

    task(task &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {
    }

    ~task() {
        if (handle_) {
            handle_.destroy();
        }
    }

    bool is_done() const {
        return handle_.done();
    }

  private:
    explicit task(std::coroutine_handle<promise_type> handle) : handle_(handle) {
    }

    std::coroutine_handle<promise_type> handle_;
};

task make_and_delete(const verigator::context &context, const queue &queue,
                     std::thread::id &went_on) {
    const auto made = co_await queue.answer(context.call_create_service("co.example", "C"));
    went_on = std::this_thread::get_id();
    CHECK(made.name() == "C");
    co_await queue.answer(context.call_delete_service(made.id()));
    const auto gone = co_await queue.try_answer(context.call_get_service(made.id()));
    CHECK(fails(gone, status::not_found));
    try {
        static_cast<void>(co_await queue.answer(context.call_get_service(made.id())));
        CHECK(false);
    } catch (const verigator::error &error) {
        CHECK(error.status() == status::not_found);
    }
}

/// On the thread that dispatches, whichever that is.
void goes_on_where_it_is_dispatched(const verigator::context &context) {
    const queue queue(context);
    std::thread::id went_on;
    const task task = make_and_delete(context, queue, went_on);
    CHECK(!task.is_done());
    std::thread dispatching([&queue] {
        while (queue.dispatch(queue::forever) == status::ok) {
        }
    });
    const auto id = dispatching.get_id();
    dispatching.join();
    CHECK(task.is_done() && went_on == id);
}

task wait_for_one(const verigator::context &context, const queue &queue,
                  std::shared_ptr<int> count) {
    const auto found = co_await queue.try_answer(context.call_get_service("nobody"));
    CHECK(fails(found, status::not_found));
    (*count)++;
}

/// Destroyed while the call is under way, or has ended: nobody hears of it, and nobody is called.
void ends_while_it_waits(const verigator::context &context) {
    const queue queue(context);
    const auto count = std::make_shared<int>(0);
    for (int i = 0; i < 50; i++) {
        const task ends = wait_for_one(context, queue, count);
    }
    CHECK(queue.dispatch(queue::forever) != status::ok && *count == 0);

    {
        const task ends = wait_for_one(context, queue, count);
        std::promise<void> promise;
        queue.set_wake([&promise] { promise.set_value(); });
        queue.submit(context.call_get_service("nobody"), [](auto) {});
        promise.get_future().wait();
        queue.set_wake({});
    }
    while (queue.dispatch(queue::forever) == status::ok) {
    }
    CHECK(*count == 0 && count.use_count() == 1);
}

/// Destroyed by what is dispatched before.
void ends_by_another(const verigator::context &context) {
    const queue queue(context);
    const auto count = std::make_shared<int>(0);
    auto ends = std::make_unique<task>(wait_for_one(context, queue, count));
    queue.submit(context.call_get_service("nobody"), [&ends](auto) { ends.reset(); });
    while (queue.dispatch(queue::forever) == status::ok) {
    }
    CHECK(!ends && *count <= 1 && count.use_count() == 1);
}

/// One whose queue has ended waits for ever, and can be destroyed.
void outlives_its_queue(const verigator::context &context) {
    const auto count = std::make_shared<int>(0);
    auto ended = std::make_unique<queue>(context);
    const task waits = wait_for_one(context, *ended, count);
    ended.reset();
    CHECK(!waits.is_done() && *count == 0);
}

task refused(const verigator::context &context, const queue &queue) {
    const auto found = co_await queue.try_answer(context.call_get_service("nobody"));
    CHECK(fails(found, status::closed));
    try {
        static_cast<void>(co_await queue.answer(context.call_get_service("nobody")));
        CHECK(false);
    } catch (const verigator::error &error) {
        CHECK(error.status() == status::closed);
    }
}

task until_closed(const verigator::context &context, const queue &queue) {
    const auto found = co_await queue.try_answer(context.call_get_service("nobody"));
    CHECK(!found.has_value());
}

void closed(const verigator::context &context) {
    const queue queue(context);
    const task waits = until_closed(context, queue);
    queue.close();
    CHECK(refused(context, queue).is_done());
    while (queue.dispatch(queue::forever) != status::closed) {
    }
    CHECK(waits.is_done());
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    const auto context = connect(argv[1]);
    goes_on_where_it_is_dispatched(context);
    ends_while_it_waits(context);
    ends_by_another(context);
    outlives_its_queue(context);
    closed(context);
    return finish();
}
