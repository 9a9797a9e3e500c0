#!/usr/bin/env bash
# Kafka's own command, where its image has it.
exec java -cp '/kafka/*' kafka.admin.ConfigCommand "$@"
