// The fields of a job document that a reading is made of, caught while the text streams by: no tree is built,
// because this is done for every poll.
#pragma once

#include "core/kind.hpp"
#include "core/reading.hpp"
#include "wire/json_pointer.hpp"
#include "wire/version_ids.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jobwatch
{

inline constexpr std::size_t max_document_depth = 32;

enum class json_type : unsigned char
{
    null,
    boolean,
    number,
    string,
    array,
    object,
};

std::string_view name_of(json_type value); // "a number", "an array"

// A value as it begins. `text` is of strings, at most max_caught_text bytes of it.
struct json_value_seen
{
    json_type type = json_type::null;
    std::string_view text{};
    bool text_cut = false;
    bool truth = false;
    std::optional<std::uint64_t> natural{}; // a non-negative integer
    std::optional<std::int64_t> integer{};  // any other
};

inline constexpr std::size_t max_caught_text = 512; // bytes

enum class document_field : unsigned char
{
    none,
    id,
    code_desc,
    message,
    wrapper, // "application/json"
    abort,
    updated_at,
    completed_at,
    operation,
    key_id,
    version_count,
    detailed_status,
    last = detailed_status,
};

class document_fields
{
public:
    document_fields(const kind& family, std::string_view job) :
        family_(&family), job_(job), status_pointer_(family.status_pointer)
    {
    }

    // The stream.
    void begin(json_type container);
    void end(std::size_t size);
    void key(std::string_view name);
    void scalar(const json_value_seen& value)
    {
        seen(value);
        leave_value();
    }

    // What was found, after a whole document.
    std::optional<json_type> top; // of the whole document
    std::size_t top_members = 0;  // or elements
    json_type wrapper_type = json_type::null;
    bool has(document_field field) const { return (seen_ & bit(field)) != 0; }
    bool twice(document_field field) const { return (twice_ & bit(field)) != 0; }
    bool id_fits = false;
    json_type id_type = json_type::null;
    std::string id_text; // as far as it is a string
    std::string code_desc;
    std::string message;

    reading take(); // all but the document

private:
    struct level
    {
        bool is_array = false;
        std::size_t elements = 0;
    };

    static std::uint32_t bit(document_field field) { return 1U << static_cast<unsigned>(field); }

    void enter_element();
    void seen(const json_value_seen& value);
    void leave_value() { status_pointer_.value_ends(); }
    void seen_at_top(const json_value_seen& value);
    void seen_id(const json_value_seen& value);
    void seen_in_details(const json_value_seen& value);
    void seen_in_completed(const json_value_seen& value);
    bool in_details() const;
    done_part done_versions() const;

    const kind* family_;
    std::string_view job_;
    json_pointer_tracker status_pointer_;
    std::array<level, max_document_depth + 1> levels_{};
    std::size_t depth_ = 0;
    std::uint32_t seen_ = 0;
    std::uint32_t twice_ = 0;
    document_field field_ = document_field::none; // of the outermost object, the one we are in

    // Within detailed_status.
    enum class detail : unsigned char
    {
        other,
        completed,
        failed,
    };
    detail detail_ = detail::other; // the entry we are in
    version_ids completed_;
    unsigned completed_lists_ = 0;
    bool failure_seen_ = false;

    reading found_;
};

} // namespace jobwatch
