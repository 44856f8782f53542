// The whole engine on a virtual clock: real scheduler, pollers, feed and control service between a store in
// memory and scripted appliances.
#pragma once

#include "core/settings.hpp"
#include "engine/control_service.hpp"
#include "support/manual_clock.hpp"
#include "support/memory_store.hpp"
#include "support/recorded_lines.hpp"
#include "support/run_coroutine.hpp"
#include "support/scripted_appliance.hpp"

#include <boost/asio/co_spawn.hpp>

#include <optional>

namespace jobwatch::test
{

class engine_fixture
{
public:
    engine_fixture();
    ~engine_fixture();
    engine_fixture(const engine_fixture&) = delete;
    engine_fixture& operator=(const engine_fixture&) = delete;

    void start(); // after the settings were changed, if they were
    void stop();  // in order; nothing is under way afterwards

    // Stops the engine and starts another on the same store, as a restart of the daemon does.
    void restart();

    void advance(milliseconds span) { clock.advance(span); }

    // One more appliance, to be added before start().
    appliance_script& add_appliance(const std::string& name);

    // A command whose answer may take time to come: advance() until `answer` is there.
    struct under_way
    {
        std::optional<control_service::outcome_of> answer;
    };
    struct waiting : under_way
    {
        explicit waiting(clock& time) : ticket(time) {}
        wait_ticket ticket;
    };
    std::shared_ptr<under_way> begin(command asked);
    std::shared_ptr<waiting> begin_wait(wait_command asked);

    submit_answer submit(const std::vector<std::string>& jobs);
    watch_number submit_one(const std::string& job) { return submit({job}).jobs.front().number; }
    control_service::outcome_of ask(command asked);

    static constexpr caller somebody{{1000, 4711}, true};

    asio::io_context context;
    manual_clock clock{context};
    memory_store store;
    recorded_lines lines;
    appliance_script prod{clock};
    std::map<std::string, std::unique_ptr<appliance_script>> others;
    settings configured;

    struct engine;
    std::unique_ptr<engine> running;

    appliance_script& script_of(const std::string& name);

    scheduler& polled();
    control_service& service();
    event_feed& feed();
    ending_board& endings();
    appliance_report report(const std::string& appliance = "prod");
};

} // namespace jobwatch::test
