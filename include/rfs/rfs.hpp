/// \file
/// Everything of rfs: load a rule file, evaluate an applicant, explain the outcome.
#pragma once

#include "rfs/analyse/run_tests.hpp"
#include "rfs/batch/batch.hpp"
#include "rfs/config.hpp"
#include "rfs/diag/diagnostic.hpp"
#include "rfs/diag/render.hpp"
#include "rfs/diag/result.hpp"
#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/outcome.hpp"
#include "rfs/evaluate/reasons.hpp"
#include "rfs/evaluate/rules.hpp"
#include "rfs/evaluate/shelf.hpp"
#include "rfs/explain/explanation.hpp"
#include "rfs/explain/outcome_json.hpp"
#include "rfs/explain/text.hpp"
#include "rfs/explain/tree.hpp"
#include "rfs/source/limits.hpp"
#include "rfs/value/date.hpp"
#include "rfs/value/exact.hpp"
