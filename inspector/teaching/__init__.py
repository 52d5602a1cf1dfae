"""From labelled pictures to a recipe's model file, and how right one is on labelled pictures."""
