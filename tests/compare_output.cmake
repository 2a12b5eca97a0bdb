# Runs COMMAND with ARGUMENTS and fails where its output is not, to the byte, that of the file EXPECTED.
execute_process(COMMAND ${COMMAND} ${ARGUMENTS} OUTPUT_VARIABLE found RESULT_VARIABLE code)
file(READ ${EXPECTED} expected)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "exit code ${code}")
endif()
if(NOT found STREQUAL expected)
  message(FATAL_ERROR "expected:\n${expected}\nfound:\n${found}")
endif()
