#include "tools/mqttd/context/timer_queue.hpp"

namespace mqttd {

Timer::~Timer() {
    if (queue_ != nullptr) queue_->cancel(*this);
}

TimerQueue::~TimerQueue() {
    for (const Entry& entry : heap_)
        entry.timer->queue_ = nullptr;
}

void TimerQueue::set(Timer& timer, base::SteadyTime deadline) {
    if (timer.queue_ == this) {
        const std::size_t index = timer.index_;
        const bool later = heap_[index].deadline < deadline;
        if (later) {
            sift_down(index, {deadline, &timer});
        } else {
            sift_up(index, {deadline, &timer});
        }
        return;
    }
    if (timer.queue_ != nullptr) timer.queue_->cancel(timer);
    timer.queue_ = this;
    heap_.push_back({deadline, &timer});
    sift_up(heap_.size() - 1, {deadline, &timer});
}

void TimerQueue::cancel(Timer& timer) {
    if (timer.queue_ != this) return;
    timer.queue_ = nullptr;
    const std::size_t index = timer.index_;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (last.timer == &timer) return;
    if (index > 0 && last.deadline < heap_[(index - 1) / 2].deadline) {
        sift_up(index, last);
    } else {
        sift_down(index, last);
    }
}

void TimerQueue::fire(base::SteadyTime now, std::size_t most) {
    for (; most > 0 && !heap_.empty() && heap_.front().deadline <= now; --most) {
        Timer& timer = *heap_.front().timer;
        cancel(timer);
        timer.handler_->on_timer(timer, now);
    }
}

void TimerQueue::place(std::size_t index, Entry entry) {
    heap_[index] = entry;
    entry.timer->index_ = static_cast<std::uint32_t>(index);
}

void TimerQueue::sift_up(std::size_t index, Entry entry) {
    while (index > 0) {
        const std::size_t parent = (index - 1) / 2;
        if (heap_[parent].deadline <= entry.deadline) break;
        place(index, heap_[parent]);
        index = parent;
    }
    place(index, entry);
}

void TimerQueue::sift_down(std::size_t index, Entry entry) {
    while (true) {
        std::size_t child = (index * 2) + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && heap_[child + 1].deadline < heap_[child].deadline) ++child;
        if (heap_[child].deadline >= entry.deadline) break;
        place(index, heap_[child]);
        index = child;
    }
    place(index, entry);
}

} // namespace mqttd
