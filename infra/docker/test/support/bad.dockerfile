# What hadolint must find, so that its silence means something.
FROM debian:latest
CMD ls
