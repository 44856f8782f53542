#include "engine/engine_fixture.hpp"

#include "core/kind.hpp"

namespace jobwatch::test
{

namespace
{

class no_log final : public event_log
{
public:
    void advance(event_seq head) override { logged_ = head; }
    event_seq logged() const override { return logged_; }

private:
    event_seq logged_ = 0;
};

asio::awaitable<void>
carry_out(control_service& service, command asked, std::shared_ptr<engine_fixture::under_way> made)
{
    control_service::outcome_of given = co_await service.execute(std::move(asked), engine_fixture::somebody);
    made->answer.emplace(std::move(given));
}

asio::awaitable<void>
carry_out_wait(control_service& service, wait_command asked, std::shared_ptr<engine_fixture::waiting> made)
{
    control_service::outcome_of given = co_await service.wait(std::move(asked), made->ticket);
    made->answer.emplace(std::move(given));
}

} // namespace

struct engine_fixture::engine
{
    explicit engine(engine_fixture& around) :
        tasks(around.context.get_executor(), around.lines),
        feed(around.store, around.clock),
        polled(
            around.configured,
            [&](const appliance_settings& one) { return around.script_of(one.name).make(); }, around.store,
            around.clock, around.lines, tasks, random),
        service(
            around.configured, around.store, polled, feed, endings, log, around.clock,
            {"test", around.clock.wall_now(), [] { return std::uint64_t{0}; },
             [] { return std::uint64_t{0}; }})
    {
        feed.on_event(
            [this](const watch_store::committed& one)
            {
                if (one.stored->ended)
                    endings.ended(one.stored->watch);
            });
        around.store.on_committed([this](std::span<const watch_store::committed> told)
                                  { feed.publish(told); });
    }

    chance random{20261123};
    task_group tasks;
    event_feed feed;
    ending_board endings;
    no_log log;
    scheduler polled;
    control_service service;
};

engine_fixture::engine_fixture()
{
    store.time = &clock;
    appliance_settings one;
    one.name = "prod";
    one.nodes = {{"cm1.example.com", 443, ""}};
    one.username = "jobwatch";
    one.password_file = "/etc/jobwatchd/credentials/prod.password";
    configured.appliances.emplace("prod", one);
    for (const kind& family : built_in_kinds())
        configured.kinds.emplace(family.name, family);
}

engine_fixture::~engine_fixture()
{
    if (running)
        stop();
}

void engine_fixture::start()
{
    running = std::make_unique<engine>(*this);
    const auto started = run_coroutine(context, running->polled.start());
    if (!started)
        throw std::runtime_error("the engine did not start: " + started.error().message());
    clock.settle();
}

void engine_fixture::stop()
{
    running->service.stop();
    running->polled.stop();
    clock.settle();
    if (running->tasks.running() != 0)
        throw std::runtime_error("tasks are left after the stop");
    running.reset();
}

void engine_fixture::restart()
{
    stop();
    start();
}

submit_answer engine_fixture::submit(const std::vector<std::string>& jobs)
{
    submit_command asked;
    asked.jobs = jobs;
    return std::get<submit_answer>(ask(asked).value());
}

control_service::outcome_of engine_fixture::ask(command asked)
{
    return run_coroutine(context, running->service.execute(std::move(asked), somebody));
}

scheduler& engine_fixture::polled()
{
    return running->polled;
}

control_service& engine_fixture::service()
{
    return running->service;
}

event_feed& engine_fixture::feed()
{
    return running->feed;
}

ending_board& engine_fixture::endings()
{
    return running->endings;
}

appliance_report engine_fixture::report(const std::string& appliance)
{
    for (const appliance_report& one : running->polled.reports())
        if (one.name == appliance)
            return one;
    throw std::runtime_error("no report of " + appliance);
}

appliance_script& engine_fixture::script_of(const std::string& name)
{
    return name == "prod" ? prod : *others.at(name);
}

appliance_script& engine_fixture::add_appliance(const std::string& name)
{
    appliance_settings one = configured.appliances.at("prod");
    one.name = name;
    configured.appliances.emplace(name, one);
    configured.submit.appliance = "prod";
    return *others.emplace(name, std::make_unique<appliance_script>(clock)).first->second;
}

std::shared_ptr<engine_fixture::under_way> engine_fixture::begin(command asked)
{
    auto made = std::make_shared<under_way>();
    asio::co_spawn(
        context, carry_out(running->service, std::move(asked), made),
        [](const std::exception_ptr& thrown)
        {
            if (thrown)
                std::rethrow_exception(thrown);
        });
    clock.settle();
    return made;
}

std::shared_ptr<engine_fixture::waiting> engine_fixture::begin_wait(wait_command asked)
{
    auto made = std::make_shared<waiting>(clock);
    asio::co_spawn(
        context, carry_out_wait(running->service, std::move(asked), made),
        [](const std::exception_ptr& thrown)
        {
            if (thrown)
                std::rethrow_exception(thrown);
        });
    clock.settle();
    return made;
}

} // namespace jobwatch::test
