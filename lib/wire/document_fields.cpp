#include "wire/document_fields.hpp"

#include "core/job_id.hpp"
#include "core/kind_rules.hpp"
#include "core/timestamp.hpp"
#include "wire/detail_sentence.hpp"
#include "wire/json_text.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

static_assert(
    max_pointer_tokens == max_document_depth, "a pointer that is allowed can be followed to its end");

document_field field_named(std::string_view name)
{
    struct entry
    {
        std::string_view name;
        document_field field;
    };
    static constexpr std::array<entry, 11> known{{
        {"id", document_field::id},
        {"abort", document_field::abort},
        {"key_id", document_field::key_id},
        {"message", document_field::message},
        {"codeDesc", document_field::code_desc},
        {"operation", document_field::operation},
        {"updatedAt", document_field::updated_at},
        {"completed_at", document_field::completed_at},
        {"version_count", document_field::version_count},
        {"detailed_status", document_field::detailed_status},
        {"application/json", document_field::wrapper},
    }};
    for (const auto& candidate : known)
        if (candidate.name == name)
            return candidate.field;
    return document_field::none;
}

bool same_ignoring_case(std::string_view one, std::string_view other)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(
        one.begin(), one.end(), other.begin(), other.end(),
        [lower](char a, char b) { return lower(a) == lower(b); });
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view space = " \t\r\n\v\f";
    const auto first = text.find_first_not_of(space);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

// A word that is too long is cut so that it shows, and can never become one of the kind's words by the cut.
std::string status_word(const json_value_seen& value)
{
    constexpr std::string_view mark = "...";
    std::string_view word = value.text;
    if (word.size() <= max_status_word && !value.text_cut)
        return std::string(word);
    if (!value.text_cut)
        word = trimmed(word);
    if (word.size() <= max_status_word && !value.text_cut)
        return std::string(word);
    return std::string(cut_utf8(word, max_status_word - mark.size())).append(mark);
}

std::string field_text(const json_value_seen& value)
{
    return value.type == json_type::string ? std::string(cut_utf8(value.text, max_reading_field))
                                           : std::string();
}

// Appliances write the year 1, and some of them 1970, for "never".
std::optional<wall_time> time_of(const json_value_seen& value)
{
    if (value.type != json_type::string || value.text_cut)
        return std::nullopt;
    const auto time = parse_timestamp(value.text);
    if (!time || *time <= wall_time{})
        return std::nullopt;
    return *time;
}

} // namespace

std::string_view name_of(json_type value)
{
    switch (value)
    {
    case json_type::null:
        return "null";
    case json_type::boolean:
        return "true or false";
    case json_type::number:
        return "a number";
    case json_type::string:
        return "a string";
    case json_type::array:
        return "an array";
    case json_type::object:
        return "an object";
    }
    return "something else";
}

void document_fields::begin(json_type container)
{
    seen({.type = container});
    ++depth_;
    levels_[std::min(depth_, max_document_depth)] = {container == json_type::array, 0};
    status_pointer_.container_begins(depth_);
}

void document_fields::end(std::size_t size)
{
    status_pointer_.container_ends(depth_);
    --depth_;
    if (depth_ == 0)
        top_members = size;
    if (depth_ == 2 && in_details() && detail_ == detail::failed && size > 0)
        failure_seen_ = true;
}

void document_fields::key(std::string_view name)
{
    status_pointer_.key(name, depth_);
    if (depth_ == 1)
    {
        field_ = field_named(name);
        twice_ |= seen_ & bit(field_);
        seen_ |= bit(field_);
    }
    else if (depth_ == 2 && in_details())
    {
        detail_ = name == "completed" ? detail::completed : name == "failed" ? detail::failed : detail::other;
    }
}

// Is the container at depth 2 the object detailed_status?
bool document_fields::in_details() const
{
    return field_ == document_field::detailed_status && !levels_[1].is_array && !levels_[2].is_array;
}

void document_fields::enter_element()
{
    level& here = levels_[std::min(depth_, max_document_depth)];
    if (depth_ == 0 || !here.is_array)
        return;
    status_pointer_.element(here.elements, depth_);
    ++here.elements;
}

void document_fields::seen(const json_value_seen& value)
{
    enter_element();
    if (status_pointer_.here(depth_) && value.type == json_type::string)
        found_.status = status_word(value);
    if (depth_ == 0)
        top = value.type;
    else if (depth_ == 1 && !levels_[1].is_array)
        seen_at_top(value);
    else if (depth_ == 2 && in_details())
        seen_in_details(value);
    else if (depth_ == 3 && in_details() && detail_ == detail::completed && levels_[3].is_array)
        seen_in_completed(value);
}

void document_fields::seen_at_top(const json_value_seen& value)
{
    switch (field_)
    {
    case document_field::id:
        seen_id(value);
        break;
    case document_field::code_desc:
        code_desc = value.text;
        break;
    case document_field::message:
        message = value.text;
        break;
    case document_field::wrapper:
        wrapper_type = value.type;
        break;
    case document_field::abort:
        found_.abort = value.truth;
        break;
    case document_field::updated_at:
        found_.updated_at = time_of(value);
        break;
    case document_field::completed_at:
        found_.completed_at = time_of(value);
        break;
    case document_field::operation:
        found_.operation = field_text(value);
        break;
    case document_field::key_id:
        found_.key_id = field_text(value);
        break;
    case document_field::version_count:
        found_.version_count = value.natural;
        break;
    default:
        break;
    }
}

void document_fields::seen_id(const json_value_seen& value)
{
    id_type = value.type;
    id_text = value.text;
    id_fits = value.type == json_type::string && !value.text_cut
        && (value.text == job_ || (is_uuid(job_) && same_ignoring_case(value.text, job_)));
}

void document_fields::seen_in_details(const json_value_seen& value)
{
    if (family_->details == detail_style::sentences)
    {
        failure_seen_ = failure_seen_ || says_failure(value, family_->failed);
        return;
    }
    if (detail_ == detail::failed && value.type == json_type::string && !value.text.empty())
        failure_seen_ = true;
    if (detail_ != detail::completed)
        return;
    ++completed_lists_;
    if (value.type != json_type::array)
        completed_.spoil();
}

void document_fields::seen_in_completed(const json_value_seen& value)
{
    if (value.type == json_type::string && !value.text_cut)
        completed_.add(value.text);
    else if (value.natural)
        completed_.add(std::to_string(*value.natural));
    else if (value.integer)
        completed_.add(std::to_string(*value.integer));
    else
        completed_.spoil();
}

done_part document_fields::done_versions() const
{
    if (failure_seen_)
        return done_part::some;
    const auto done = found_.versions_done;
    const auto count = found_.version_count;
    if (!done || !count || *done > *count || *count == 0)
        return done_part::unknown;
    return *done == *count ? done_part::all : done_part::some;
}

reading document_fields::take()
{
    if (status_pointer_.ambiguous())
        found_.status.clear();
    if (twice(document_field::abort))
        found_.abort = false;
    if (twice(document_field::updated_at))
        found_.updated_at.reset();
    if (twice(document_field::completed_at))
        found_.completed_at.reset();
    if (twice(document_field::version_count))
        found_.version_count.reset();
    if (twice(document_field::operation))
        found_.operation.clear();
    if (twice(document_field::key_id))
        found_.key_id.clear();
    const bool details_clear = !twice(document_field::detailed_status);
    if (details_clear && completed_lists_ == 1)
        found_.versions_done = completed_.distinct();
    if (details_clear && family_->details == detail_style::versions)
        found_.done = done_versions();
    else if (details_clear && failure_seen_)
        found_.done = done_part::some;
    return std::move(found_);
}

} // namespace jobwatch
