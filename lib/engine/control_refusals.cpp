#include "core/one_line.hpp"
#include "engine/control_service.hpp"

namespace jobwatch
{

namespace
{

// What a client wrote, fit for an error message.
std::string quoted(std::string_view given)
{
    return '"' + one_line(given) + '"';
}

template <class Map>
std::string names_of(const Map& named)
{
    std::string names;
    for (const auto& [name, value] : named)
        names += (names.empty() ? "" : ", ") + name;
    return names;
}

} // namespace

refusal store_refusal(const error_code& why)
{
    if (why == errc::stopping)
        return stopping_refusal();
    if (why == errc::state_not_writable)
        return {
            refusal_code::state_not_writable,
            "the state cannot be written (disk full or failing?); nothing was stored, try again later",
            {}};
    return {refusal_code::internal_error, "the state could not be used: " + why.message(), {}};
}

refusal stopping_refusal()
{
    return {refusal_code::stopping, "the daemon is stopping; ask again when it is back", {}};
}

// A path that cannot serve is the client's to mend; a disk is not.
refusal backup_refusal(const failure& why)
{
    namespace system = boost::system::errc;
    if (why.code == errc::stopping)
        return stopping_refusal();
    for (const auto fault :
         {system::file_exists, system::no_such_file_or_directory, system::not_a_directory,
          system::permission_denied, system::operation_not_permitted, system::read_only_file_system,
          system::filename_too_long, system::too_many_symbolic_link_levels, system::invalid_argument})
        if (why.code == fault)
            return {refusal_code::invalid_params, why.text, {{"parameter", std::string("file")}}};
    if (why.code == system::device_or_resource_busy)
        return {refusal_code::too_many, why.text, {{"limit", std::int64_t{1}}}};
    return {refusal_code::internal_error, why.text, {}};
}

refusal job_id_refusal(std::string_view given)
{
    return {
        refusal_code::invalid_params,
        quoted(given) + " is no job id: allowed are 1 to " + std::to_string(max_job_id_length)
            + " of A-Z a-z 0-9 . _ ~ : - (but not . or ..)",
        {{"parameter", std::string("jobs")}, {"allowed", std::string("[A-Za-z0-9._~:-]{1,128}")}}};
}

refusal no_watch_refusal(const watch_reference& which)
{
    const auto* const number = std::get_if<watch_number>(&which);
    const std::string message = number != nullptr
        ? "there is no watch " + std::to_string(*number)
        : "there is no watch for job " + quoted(std::get<job_id>(which).text());
    return {refusal_code::no_such_watch, message, {}};
}

refusal ended_refusal(watch_number number, std::string_view consequence)
{
    std::string message = "watch " + std::to_string(number) + " has ended: ";
    message += consequence;
    return {refusal_code::no_such_watch, std::move(message), {}};
}

refusal unknown_appliance_refusal(std::string_view asked, const settings& configured)
{
    const std::string names = names_of(configured.appliances);
    return {
        refusal_code::unknown_appliance,
        "unknown appliance " + quoted(asked) + "; configured are: " + names,
        {{"configured", names}}};
}

refusal unknown_kind_refusal(std::string_view asked, const settings& configured)
{
    const std::string names = names_of(configured.kinds);
    return {
        refusal_code::unknown_kind,
        "unknown kind " + quoted(asked) + "; known are: " + names,
        {{"known", names}}};
}

std::string shown_word(const std::string& given)
{
    return given.size() <= max_line_text ? given : one_line(given);
}

std::string unconfigured_warning(std::uint64_t watches)
{
    return std::to_string(watches) + (watches == 1 ? " open watch is" : " open watches are")
        + " not polled: their appliance or kind is not in the configuration (jobwatchctl list says "
          "unconfigured)";
}

answer_or_refusal<std::string>
chosen_appliance(const std::optional<std::string>& asked, const settings& configured)
{
    const auto& known = configured.appliances;
    if (asked && known.contains(*asked))
        return *asked;
    if (!asked && !configured.submit.appliance.empty())
        return configured.submit.appliance;
    if (!asked && known.size() == 1)
        return known.begin()->first;
    if (asked)
        return unknown_appliance_refusal(*asked, configured);
    const std::string names = names_of(known);
    return refusal{
        refusal_code::unknown_appliance,
        "which appliance? configured are: " + names + " (or set [submit] appliance)",
        {{"configured", names}}};
}

answer_or_refusal<std::string>
chosen_kind(const std::optional<std::string>& asked, const settings& configured)
{
    const std::string name = asked.value_or(configured.submit.kind);
    if (configured.kinds.contains(name))
        return name;
    return unknown_kind_refusal(name, configured);
}

} // namespace jobwatch
