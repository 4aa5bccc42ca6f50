package main

const greeting = "hello, world"
