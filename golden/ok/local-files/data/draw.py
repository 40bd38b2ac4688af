import sys

print("drawing", sys.argv[1:])
