// explain: why watches are where they are, in the daemon's own words.
#include "core/one_line.hpp"
#include "jobwatchctl/commands.hpp"

#include <ostream>

namespace jobwatch::ctl
{

namespace
{

void print_text(const surroundings& around, const json::object& told)
{
    const auto* text = told.if_contains("text");
    const auto* lines = text != nullptr ? text->if_array() : nullptr;
    if (lines == nullptr)
        return;
    for (const auto& each : *lines)
        if (const auto* line = each.if_string())
            around.io.out << one_line({line->data(), line->size()}) << '\n';
}

class explaining
{
public:
    explicit explaining(const surroundings& around) : around_(around), link_(around.link) {}

    // False: it is of no use to ask on.
    bool ask(const json::object& params)
    {
        const auto told = link_.call("explain", params);
        if (!told)
        {
            note(complain(around_, told.error()));
            return told.error().kind == trouble_kind::not_known || told.error().kind == trouble_kind::refused;
        }
        if (around_.form == output_form::json)
        {
            print_json(around_, told->raw);
            return true;
        }
        if (printed_)
            around_.io.out << '\n';
        print_text(around_, told->value);
        printed_ = true;
        return true;
    }

    exit_code code() const { return code_; }

private:
    // Different failures together are "refused", as of the other commands that name several watches.
    void note(exit_code failed)
    {
        code_ = code_ == exit_code::ok || code_ == failed ? failed : exit_code::refused;
    }

    const surroundings& around_;
    daemon_link link_;
    exit_code code_ = exit_code::ok;
    bool printed_ = false;
};

} // namespace

exit_code run_explain(const watch_selection& which, const surroundings& around)
{
    explaining asked(around);
    for (const std::string& job : which.jobs)
        if (!asked.ask({{"job", job}}))
            return asked.code();
    for (const watch_number number : which.watches)
        if (!asked.ask({{"watch", number}}))
            return asked.code();
    return asked.code();
}

} // namespace jobwatch::ctl
