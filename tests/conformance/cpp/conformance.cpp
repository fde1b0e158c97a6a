// Runs the conformance cases in C++: conformance PEER_URL CASES_FOLDER RESULTS_FILE.
//
// Makes each call in both forms, the one that throws and the one that does not. Prints what fails,
// writes a result for each case, and succeeds when none failed.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include "call.hpp"
#include "verdict.hpp"

namespace {

/// Whether each of `parts` is in the message (or, if not `wanted`, none of them).
bool message_fits(const json &parts, const std::string &message, bool wanted) {
    return std::all_of(parts.begin(), parts.end(), [&](const json &part) {
        return (message.find(part.get<std::string>()) != std::string::npos) == wanted;
    });
}

bool field_fits(const std::string &field, const json &expected, const json &actual) {
    if (field == "message_contains" || field == "message_lacks") {
        return message_fits(expected, actual.at("message"), field == "message_contains");
    }
    return actual.contains(field) && actual[field] == expected;
}

/// Whether the outcome is as expected; prints what is not. Only what the case names is compared.
bool is_as_expected(const std::string &name, const json &expect, const json &outcome) {
    const std::string sort = expect.begin().key();
    const json &expected = expect.begin().value();
    if (!outcome.contains(sort) || expected.is_null() != outcome[sort].is_null()) {
        std::cerr << name << ": expected " << expect << ", got " << outcome << '\n';
        return false;
    }
    bool fits = true;
    for (const auto &[field, wanted] : expected.items()) {
        if (!field_fits(field, wanted, outcome[sort])) {
            std::cerr << name << ": " << field << ": expected " << wanted << ", got " << outcome
                      << '\n';
            fits = false;
        }
    }
    return fits;
}

/// Makes the call of a case in one form, and has both ends of it judged.
bool run_form(const std::string &peer_url, const json &test, form how) {
    const std::string name = test.at("name");
    const json outcome = make_call(test, peer_url + "/cpp/" + name, how);
    const std::string wrong = verdict(peer_url, name);
    if (!wrong.empty()) {
        std::cerr << name << ": " << wrong << '\n';
    }
    return is_as_expected(name, test.at("expect"), outcome) && wrong.empty();
}

std::string run_case(const std::string &peer_url, const json &test) {
    const json skip = test.value("skip", json::object());
    if (skip.contains("cpp")) {
        return "skip: " + skip["cpp"].get<std::string>();
    }
    const bool throwing = run_form(peer_url, test, form::throwing);
    const bool returning = run_form(peer_url, test, form::returning);
    return throwing && returning ? "pass" : "fail";
}

std::vector<std::filesystem::path> case_files(const std::string &folder) {
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".json") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 4) {
        std::cerr << "usage: " << argv[0] << " PEER_URL CASES_FOLDER RESULTS_FILE\n";
        return 2;
    }
    json results = json::object();
    int failures = 0;
    for (const auto &file : case_files(argv[2])) {
        const json cases = json::parse(std::ifstream(file));
        for (const json &test : cases) {
            const std::string result = run_case(argv[1], test);
            failures += result == "fail";
            results[test.at("name").get<std::string>()] = result;
        }
    }
    std::cout << results.size() << " cases, " << failures << " failed\n";
    std::ofstream output(argv[3]);
    output << results.dump(2) << std::endl;
    return failures == 0 && !results.empty() && output ? 0 : 1;
}
