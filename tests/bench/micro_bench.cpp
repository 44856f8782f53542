// One step alone, in nanoseconds: what a poll, an event and a submit are made of. How they add up in the daemon is
// what the other benchmarks tell.
#include "core/watch_progress.hpp"
#include "engine/due_queue.hpp"
#include "wire/control_message.hpp"
#include "wire/document.hpp"
#include "wire/event_text.hpp"
#include "wire/http_request.hpp"

#include <benchmark/benchmark.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

using namespace jobwatch;

namespace
{

constexpr std::string_view published_id = "778a1024-dc18-49cb-833b-cfd6c000c090";

const std::string& published_document()
{
    static const std::string text = []
    {
        std::ifstream file(PUBLISHED_JOB);
        std::string read(std::istreambuf_iterator<char>(file), {});
        if (read.empty())
            throw std::runtime_error("cannot read " PUBLISHED_JOB);
        return read;
    }();
    return text;
}

const kind& family()
{
    return built_in_kinds().front();
}

reading published_reading(const std::string& document)
{
    auto read = read_document(document, family(), published_id);
    if (!read)
        throw std::runtime_error("the published document is not read: " + read.error().text);
    return std::move(*read);
}

// The same document while the job goes on: what nearly every poll reads.
std::string pending_document()
{
    std::string text = published_document();
    const auto at = text.find("\"completed\"", text.find("\"overall_status\""));
    return text.replace(at, std::string_view("\"completed\"").size(), "\"in_progress\"");
}

void read_finished_document(benchmark::State& state)
{
    const std::string& text = published_document();
    for (auto round : state)
        benchmark::DoNotOptimize(read_document(text, family(), published_id));
}
BENCHMARK(read_finished_document);

void read_pending_document(benchmark::State& state)
{
    const std::string text = pending_document();
    for (auto round : state)
        benchmark::DoNotOptimize(read_document(text, family(), published_id));
}
BENCHMARK(read_pending_document);

void compact_json_of_document(benchmark::State& state)
{
    const std::string& text = published_document();
    for (auto round : state)
        benchmark::DoNotOptimize(compact_json(text));
}
BENCHMARK(compact_json_of_document);

event finished_event()
{
    const reading read = published_reading(published_document());
    event happened;
    happened.type = event_type::job_finished;
    happened.watch = 17;
    happened.appliance = "prod";
    happened.kind = family().name;
    happened.job = published_id;
    happened.ended = outcome::succeeded;
    happened.facts = job_facts{read.status,        read.operation,     read.key_id,
                               read.versions_done, read.version_count, read.completed_at};
    happened.labels = {{"change", "CHG-1"}};
    happened.submitted_by = submitter{1000, 4711};
    happened.document = read.document;
    return happened;
}

void event_text_of_finished(benchmark::State& state)
{
    const event happened = finished_event();
    for (auto round : state)
        benchmark::DoNotOptimize(event_text(happened, 1042));
}
BENCHMARK(event_text_of_finished);

void describe_finished(benchmark::State& state)
{
    const event happened = finished_event();
    for (auto round : state)
        benchmark::DoNotOptimize(describe(happened));
}
BENCHMARK(describe_finished);

void append_poll_request_again(benchmark::State& state)
{
    node_address node;
    node.host = "cm1.example.com";
    const std::string jwt(900, 'x'); // as long as they come
    std::string request;
    for (auto round : state)
    {
        request.clear();
        append_poll_request(request, node, family(), published_id, jwt);
        benchmark::DoNotOptimize(request.data());
    }
}
BENCHMARK(append_poll_request_again);

void parse_bare_id(benchmark::State& state)
{
    for (auto round : state)
        benchmark::DoNotOptimize(parse_control_line(published_id));
}
BENCHMARK(parse_bare_id);

void parse_submit_line(benchmark::State& state)
{
    std::string line = R"({"jsonrpc":"2.0","id":1,"method":"submit","params":{"jobs":[)";
    for (std::int64_t job = 0; job < state.range(0); ++job)
        line += (job == 0 ? "\"" : ",\"") + std::string(published_id) + '"';
    line += R"(],"labels":{"change":"CHG-1"}}})";
    for (auto round : state)
        benchmark::DoNotOptimize(parse_control_line(line));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(parse_submit_line)->Arg(1)->Arg(10'000);

// A watch that goes on, as nearly every poll finds it.
void after_answer_pending(benchmark::State& state)
{
    const std::string pending = pending_document();
    const poll_answer answer = published_reading(pending);
    const watch_limits limits{
        milliseconds{3'600'000}, std::nullopt, milliseconds{600'000}, milliseconds{3'600'000}};
    appliance_census around(limits.lost_after_unseen, limits.lost_after_seen);
    watch_progress progress;
    progress.seen = true;
    for (auto round : state)
        benchmark::DoNotOptimize(after_answer(
            progress, answer->status, answer, family(), limits, milliseconds{60'000},
            boot_time{milliseconds{86'400'000}}, around));
}
BENCHMARK(after_answer_pending);

// Takes the most urgent of so many watches and puts it back at a later time, as each poll does.
void due_queue_take_and_push(benchmark::State& state)
{
    watch_table watches;
    due_queue queue(watches);
    std::mt19937_64 random(7);
    for (std::int64_t number = 1; number <= state.range(0); ++number)
    {
        watch_record record;
        record.number = static_cast<watch_number>(number);
        const watch_slot slot = watches.add(std::move(record));
        const milliseconds interval{2'000 + static_cast<std::int64_t>(random() % 58'000)};
        watches.reschedule(
            slot, boot_time{milliseconds{static_cast<std::int64_t>(random() % 60'000)}}, interval);
        queue.push(slot);
    }
    boot_time now{milliseconds{60'000}}; // all are due, and those put back become due again
    const milliseconds step{60'000 / state.range(0) + 1};
    for (auto round : state)
    {
        const auto slot = queue.take(now);
        const milliseconds interval = watches.at(*slot).interval;
        watches.reschedule(*slot, now + interval, interval);
        queue.push(*slot);
        now += step;
    }
}
BENCHMARK(due_queue_take_and_push)->Arg(1'000)->Arg(1'000'000);

} // namespace

BENCHMARK_MAIN();
