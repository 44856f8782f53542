// Job documents from a file, kept as the very bytes they came in: what is served is what was written, white
// space, number spellings and member order included. Boost.JSON only checks them and finds the `id`.
#pragma once

#include "clock.hpp"
#include "domains.hpp"
#include "family.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace jobwatch::simulator
{

struct job_document
{
    std::string id;
    std::string text;   // as given
    std::string before; // what is served until `after` has passed; empty when `after` is zero
    duration after{};
    const family* of = &default_family();
    domain_number domain = root_domain;
};

// What was wrong with a text of documents, for a person.
struct document_fault
{
    std::string message;
};

// Takes an array of documents, or documents one after another (a line each, or spread over lines). A document
// may be wrapped: {"document": {...}, "after": "2s", "id": "...", "kind": "...", "domain": "..."}; all but the document
// may be left out.
boost::system::result<std::vector<job_document>, document_fault>
read_documents(std::string_view text, const domain_list& domains = {});

} // namespace jobwatch::simulator
